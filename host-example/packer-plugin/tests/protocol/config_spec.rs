//! The specification of a block of HCL2. That its gob is right, a real Packer shows in the other
//! tests; here it is Protocol Buffers, read field by field with a library's own functions.

use std::collections::BTreeMap;

use packer_plugin_atlas::invocation::DEFAULT_NAME;
use packer_plugin_atlas::protocol::messages::ConfigSpecResponse;
use prost::encoding::{WireType, decode_key, decode_varint};

use super::packer::Plugin;

#[tokio::test]
async fn protocol_buffers_with_the_option_for_them() {
    let plugin = Plugin::start(&[]).await;
    let response: ConfigSpecResponse = plugin.call("ConfigSpec", &()).await.unwrap();
    let wanted = [
        ("artifact", "cty.String"),
        ("artifact_type", "cty.String"),
        ("artifact_type_override", "cty.Bool"),
        ("atlas_url", "cty.String"),
        ("metadata", "map of cty.String"),
        ("token", "cty.String"),
    ];
    let wanted = wanted.map(|(name, of)| (name.to_owned(), of.to_owned()));
    assert_eq!(arguments(&response.config_spec), BTreeMap::from(wanted));
}

#[tokio::test]
async fn gob_without_it() {
    let arguments = ["start", "post-processor", DEFAULT_NAME];
    let plugin = Plugin::start_with(&arguments, &[]).await;
    let response: ConfigSpecResponse = plugin.call("ConfigSpec", &()).await.unwrap();
    let name = b"*hcldec.AttrSpec";
    let mut windows = response.config_spec.windows(name.len());
    assert!(windows.any(|window| window == name));
}

/// The types of the arguments in a `Spec`, as `protobufToHCL2Spec` of Packer's SDK reads it.
fn arguments(spec: &[u8]) -> BTreeMap<String, String> {
    const OBJECT: u32 = 1;
    const ATTRIBUTES: u32 = 1;
    const ATTRIBUTE: u32 = 2;
    let object = only(spec, OBJECT);
    let entries = fields(object).into_iter().map(|(number, entry)| {
        assert_eq!(number, ATTRIBUTES);
        let (key, value) = pair(entry);
        let (name, of) = pair(only(value, ATTRIBUTE));
        assert_eq!(key, name, "an attribute goes by its own name");
        (text(key), cty_type(of))
    });
    entries.collect()
}

fn cty_type(bytes: &[u8]) -> String {
    const PRIMITIVE: u32 = 1;
    const MAP: u32 = 3;
    match fields(bytes)[..] {
        [(PRIMITIVE, primitive)] => text(only(primitive, 1)),
        [(MAP, map)] => format!("map of {}", cty_type(only(map, 1))),
        ref other => panic!("{other:?}"),
    }
}

/// The fields of a message, all of which are strings or messages.
fn fields(mut bytes: &[u8]) -> Vec<(u32, &[u8])> {
    let mut fields = Vec::new();
    while !bytes.is_empty() {
        let (number, wire_type) = decode_key(&mut bytes).unwrap();
        assert_eq!(wire_type, WireType::LengthDelimited);
        let length = decode_varint(&mut bytes).unwrap();
        let (field, rest) = bytes.split_at(usize::try_from(length).unwrap());
        fields.push((number, field));
        bytes = rest;
    }
    fields
}

/// The content of the only field, which has that number.
fn only(bytes: &[u8], number: u32) -> &[u8] {
    match fields(bytes)[..] {
        [(found, field)] if found == number => field,
        ref other => panic!("{other:?}"),
    }
}

/// The fields 1 and 2.
fn pair(bytes: &[u8]) -> (&[u8], &[u8]) {
    match fields(bytes)[..] {
        [(1, first), (2, second)] => (first, second),
        ref other => panic!("{other:?}"),
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}
