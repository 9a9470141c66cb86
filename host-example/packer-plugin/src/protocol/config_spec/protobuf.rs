//! The specification in Protocol Buffers, after `rpc/hcl_spec.proto` of Packer's SDK.

use super::{Argument, Type};

/// `Spec.object`, whose `Object.attributes` is a map from names to `Spec`.
pub(super) fn encode(arguments: &[Argument]) -> Vec<u8> {
    let mut object = Vec::new();
    for argument in arguments {
        let entry = [
            field(1, argument.name.as_bytes()),
            field(2, &field(2, &attribute(argument))),
        ];
        object.extend(field(1, &entry.concat()));
    }
    field(1, &object)
}

/// `Attr`: its name, and its type. `required` is left out, which is false.
fn attribute(argument: &Argument) -> Vec<u8> {
    [
        field(1, argument.name.as_bytes()),
        field(2, &cty_type(argument.of)),
    ]
    .concat()
}

/// `CtyType`: `primitive` with the type's name in Go, or `map` with the type of the elements.
fn cty_type(of: Type) -> Vec<u8> {
    let primitive = |name: &str| field(1, &field(1, name.as_bytes()));
    match of {
        Type::String => primitive("cty.String"),
        Type::Bool => primitive("cty.Bool"),
        Type::MapOfStrings => field(3, &field(1, &cty_type(Type::String))),
    }
}

/// A field that is a string or a message.
fn field(number: u8, content: &[u8]) -> Vec<u8> {
    const LENGTH_DELIMITED: u8 = 2;
    let mut bytes = vec![number << 3 | LENGTH_DELIMITED];
    let mut length = content.len();
    while length >= 0x80 {
        bytes.push(length as u8 | 0x80);
        length >>= 7;
    }
    bytes.push(length as u8);
    bytes.extend(content);
    bytes
}
