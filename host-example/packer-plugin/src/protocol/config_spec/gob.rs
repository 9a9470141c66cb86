//! The specification in Go's gob: Go's types with their values, as `encoding/gob` describes it.
//!
//! It is the type `hcldec.ObjectSpec` of Packer's HCL library, a map from names to an interface, here
//! always an `*hcldec.AttrSpec`. In that, `cty.Type` is a gob of its own: a structure with a version
//! and an interface, here a `cty.primitiveType` or a `cty.typeMap`. What is zero is left out.

use super::{Argument, Type};

/// Types that gob knows by itself.
mod basic {
    pub(super) const BOOL: i64 = 1;
    pub(super) const INT: i64 = 2;
    pub(super) const UINT: i64 = 3;
    pub(super) const STRING: i64 = 6;
    pub(super) const INTERFACE: i64 = 8;
}

/// The numbers of the types that a gob brings along, counted from here.
const FIRST: i64 = 65;
const SECOND: i64 = 66;
const THIRD: i64 = 67;

pub(super) fn encode(arguments: &[Argument]) -> Vec<u8> {
    let (object, attribute, cty_type) = (FIRST, SECOND, THIRD);
    let mut gob = Vec::new();
    message(
        &mut gob,
        &define_map(object, "ObjectSpec", basic::STRING, basic::INTERFACE),
    );
    let fields = [
        ("Name", basic::STRING),
        ("Type", cty_type),
        ("Required", basic::BOOL),
    ];
    message(&mut gob, &define_structure(attribute, "AttrSpec", &fields));
    message(&mut gob, &define_gob_of_its_own(cty_type, "Type"));

    let mut value = Vec::new();
    int(&mut value, object);
    // Before a value that is no structure.
    uint(&mut value, 0);
    uint(&mut value, arguments.len() as u64);
    for argument in arguments {
        string(&mut value, argument.name);
        let mut structure = Structure::default();
        string(structure.field(0), argument.name);
        bytes(structure.field(1), &encode_type(argument.of));
        interface(&mut value, "*hcldec.AttrSpec", attribute, &structure.end());
    }
    message(&mut gob, &value);
    gob
}

/// A `cty.Type`.
fn encode_type(of: Type) -> Vec<u8> {
    let (cty_type, implementation, element) = (FIRST, SECOND, THIRD);
    let mut gob = Vec::new();
    let fields = [("Version", basic::INT), ("Impl", basic::INTERFACE)];
    message(&mut gob, &define_structure(cty_type, "gobType", &fields));
    let mut structure = Structure::default();
    let name = match of {
        Type::String | Type::Bool => {
            let fields = [("Kind", basic::UINT)];
            message(
                &mut gob,
                &define_structure(implementation, "primitiveType", &fields),
            );
            let kind = if of == Type::Bool { 'B' } else { 'S' };
            uint(structure.field(0), u64::from(kind));
            "github.com/zclconf/go-cty/cty.primitiveType"
        }
        Type::MapOfStrings => {
            let fields = [("ElementTypeT", element)];
            message(
                &mut gob,
                &define_structure(implementation, "typeMap", &fields),
            );
            message(&mut gob, &define_gob_of_its_own(element, "Type"));
            bytes(structure.field(0), &encode_type(Type::String));
            "github.com/zclconf/go-cty/cty.typeMap"
        }
    };
    let mut value = Vec::new();
    int(&mut value, cty_type);
    let mut outer = Structure::default();
    interface(outer.field(1), name, implementation, &structure.end());
    value.extend(outer.end());
    message(&mut gob, &value);
    gob
}

/// The number of `wireType`'s field for each kind of type.
mod kind {
    pub(super) const STRUCTURE: u64 = 2;
    pub(super) const MAP: u64 = 3;
    pub(super) const GOB_OF_ITS_OWN: u64 = 4;
}

fn define_map(number: i64, name: &str, key: i64, element: i64) -> Vec<u8> {
    let mut map = Structure::default();
    map.field(0).extend(common(number, name));
    int(map.field(1), key);
    int(map.field(2), element);
    define(number, kind::MAP, map)
}

fn define_structure(number: i64, name: &str, fields: &[(&str, i64)]) -> Vec<u8> {
    let mut structure = Structure::default();
    structure.field(0).extend(common(number, name));
    let list = structure.field(1);
    uint(list, fields.len() as u64);
    for (name, of) in fields {
        let mut field = Structure::default();
        string(field.field(0), name);
        int(field.field(1), *of);
        list.extend(field.end());
    }
    define(number, kind::STRUCTURE, structure)
}

fn define_gob_of_its_own(number: i64, name: &str) -> Vec<u8> {
    let mut own = Structure::default();
    own.field(0).extend(common(number, name));
    define(number, kind::GOB_OF_ITS_OWN, own)
}

/// What every definition has: the type's name and number.
fn common(number: i64, name: &str) -> Vec<u8> {
    let mut common = Structure::default();
    string(common.field(0), name);
    int(common.field(1), number);
    common.end()
}

/// A definition is told from a value by its negative number.
fn define(number: i64, kind: u64, definition: Structure) -> Vec<u8> {
    let mut wire_type = Structure::default();
    wire_type.field(kind).extend(definition.end());
    let mut defined = Vec::new();
    int(&mut defined, -number);
    defined.extend(wire_type.end());
    defined
}

/// A structure's fields, each after the distance from the one before.
#[derive(Default)]
struct Structure {
    bytes: Vec<u8>,
    next: u64,
}

impl Structure {
    /// Where the field of that number is to be written. Fields are written in their order.
    fn field(&mut self, number: u64) -> &mut Vec<u8> {
        uint(&mut self.bytes, number + 1 - self.next);
        self.next = number + 1;
        &mut self.bytes
    }

    fn end(mut self) -> Vec<u8> {
        self.bytes.push(0);
        self.bytes
    }
}

/// A value of that type behind an interface.
fn interface(to: &mut Vec<u8>, name: &str, number: i64, value: &[u8]) {
    string(to, name);
    int(to, number);
    bytes(to, value);
}

fn message(to: &mut Vec<u8>, content: &[u8]) {
    bytes(to, content);
}

fn string(to: &mut Vec<u8>, text: &str) {
    bytes(to, text.as_bytes());
}

fn bytes(to: &mut Vec<u8>, content: &[u8]) {
    uint(to, content.len() as u64);
    to.extend(content);
}

/// Signed: the sign in the lowest bit.
fn int(to: &mut Vec<u8>, number: i64) {
    uint(to, ((number << 1) ^ (number >> 63)) as u64);
}

/// One byte up to 127; else the negated count of the bytes that follow, the highest first.
fn uint(to: &mut Vec<u8>, number: u64) {
    if number < 0x80 {
        to.push(number as u8);
        return;
    }
    let all = number.to_be_bytes();
    let zeros = (number.leading_zeros() / 8) as usize;
    to.push((all.len() - zeros).wrapping_neg() as u8);
    to.extend(all.iter().skip(zeros));
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As in the documentation of Go's `encoding/gob`.
    #[test]
    fn numbers_are_as_go_writes_them() {
        let unsigned = |number| {
            let mut bytes = Vec::new();
            uint(&mut bytes, number);
            bytes
        };
        let signed = |number| {
            let mut bytes = Vec::new();
            int(&mut bytes, number);
            bytes
        };
        assert_eq!(unsigned(7), [0x07]);
        assert_eq!(unsigned(256), [0xfe, 0x01, 0x00]);
        assert_eq!(signed(-129), [0xfe, 0x01, 0x01]);
        assert_eq!(signed(65), [0xff, 0x82]);
    }
}
