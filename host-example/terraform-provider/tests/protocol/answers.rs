//! What the provider answers, with a real Atlas behind it.

use std::collections::HashMap;

use rmpv::Value;
use serde_json::json;
use terraform_provider_atlas::protocol::messages::{
    ApplyResponse, BlockRequest, ChangeRequest, Checked, DynamicValue, ImportRequest,
    ImportResponse, PlanResponse, RawState, ReadRequest, Severity, StateResponse, UpgradeRequest,
};
use terraform_provider_atlas::protocol::schema::Schemas;
use terraform_provider_atlas::protocol::value::null;

use super::atlas::{Atlas, TOKEN};
use super::conversation::{ARTIFACT, about, attributes, block, unknown};
use super::fixture::Fixture;
use super::terraform::{Nothing, Plugin};

const AMI: [(&str, &str); 2] = [("name", "hashicorp/web"), ("type", "aws.ami")];

/// Those of an AMI, and these.
fn ami<'a>(more: &[(&'a str, Value)]) -> Vec<(&'a str, Value)> {
    let all = AMI.iter().map(|(name, value)| (*name, Value::from(*value)));
    all.chain(more.iter().cloned()).collect()
}

fn map(entries: &[(&str, &str)]) -> Value {
    let entries = entries.iter();
    Value::Map(entries.map(|(k, v)| ((*k).into(), (*v).into())).collect())
}

/// A provider that is configured for an Atlas with two versions of an AMI.
fn with_atlas() -> (Plugin, Atlas) {
    let atlas = Atlas::start();
    atlas.publish(
        "hashicorp/web/aws.ami",
        &json!({
            "id": "us-east-1:ami-1", "metadata": {"region.us-east-1": "ami-1", "arch": "x86"},
        }),
    );
    atlas.publish("hashicorp/web/aws.ami", &json!({
        "id": "eu-west-1:ami-3,us-east-1:ami-2", "build_id": 7,
        "metadata": {"region.us-east-1": "ami-2", "region.eu-west-1": "ami-3", "arch": "x64", "built at/on": "x"},
    }));
    let plugin = Plugin::start(&[]);
    let url = atlas.url();
    let block = [("address", url.as_str().into()), ("token", TOKEN.into())];
    assert_eq!(plugin.prepare(&block), []);
    plugin.configure(&block);
    (plugin, atlas)
}

fn succeed(answer: StateResponse) -> std::collections::BTreeMap<String, Value> {
    assert_eq!(answer.diagnostics, []);
    attributes(&answer.state.unwrap())
}

#[test]
fn the_schema_names_what_there_is() {
    let plugin = Plugin::start(&[]);
    let schemas: Schemas = plugin
        .call("/tfplugin5.Provider/GetSchema", Nothing {})
        .unwrap();
    let names: Vec<_> = schemas
        .data_sources
        .keys()
        .chain(schemas.resources.keys())
        .collect();
    assert_eq!(names, [ARTIFACT, ARTIFACT]);
    let provider = schemas.provider.unwrap().block.unwrap().attributes;
    let secret = |name| provider.iter().find(|a| a.name == name).unwrap().sensitive;
    assert!(secret("token") && !secret("address"));
    assert!(
        schemas.resources[ARTIFACT]
            .block
            .as_ref()
            .unwrap()
            .deprecated
    );
    for attribute in &schemas.data_sources[ARTIFACT]
        .block
        .as_ref()
        .unwrap()
        .attributes
    {
        let kinds = [attribute.required, attribute.optional, attribute.computed];
        assert_eq!(kinds.iter().filter(|is| **is).count(), 1, "{attribute:?}");
        let kind: serde_json::Value = serde_json::from_slice(&attribute.type_json).unwrap();
        assert!(kind.is_string() || kind.is_array());
    }
    plugin.shut_down();
}

#[test]
fn the_latest_version_is_read() {
    let (plugin, atlas) = with_atlas();
    let state = succeed(plugin.read(&ami(&[])));
    let url = format!("{}/api/v1/artifacts/hashicorp/web/aws.ami", atlas.url());
    assert_eq!(state["id"], "eu-west-1:ami-3,us-east-1:ami-2".into());
    assert_eq!(state["version_real"], "2".into());
    assert_eq!(state["slug"], "hashicorp/web/aws.ami/2".into());
    let amis = map(&[("eu-west-1", "ami-3"), ("us-east-1", "ami-2")]);
    assert_eq!(state["amis"], amis);
    let metadata = state["metadata_full"].as_map().unwrap();
    let keys: Vec<_> = metadata
        .iter()
        .map(|(key, _)| key.as_str().unwrap())
        .collect();
    assert!(
        keys.contains(&"region-us-east-1") && keys.contains(&"built-at-on"),
        "{keys:?}"
    );
    assert_eq!(state["file_url"], "".into(), "it has no file: {url}");
    for name in ["url", "sha256", "size", "revoke_at", "version", "metadata"] {
        assert!(state[name].is_nil(), "{name}");
    }
    let (_, log) = plugin.shut_down();
    assert!(
        log.contains("find the latest version of hashicorp/web/aws.ami"),
        "{log}"
    );
    assert!(!log.contains(TOKEN));
}

#[test]
fn versions_are_found_as_the_original_found_them() {
    let (plugin, atlas) = with_atlas();
    atlas.put(
        "/artifacts/hashicorp/web/aws.ami/channels/production",
        &json!({"channel": {"version": 1}}),
    );
    let arch = |value| ("metadata", map(&[("arch", value)]));
    let keys = |key: &str| ("metadata_keys", Value::Array(vec![key.into()]));
    for (more, wanted) in [
        (vec![("version", "any".into())], "2"),
        (vec![("version", "any".into()), arch("x86")], "1"),
        (vec![("version", "any".into()), keys("arch")], "2"),
        // A value asks for more than the key.
        (
            vec![("version", "any".into()), keys("arch"), arch("x86")],
            "1",
        ),
        (vec![("version", "1".into())], "1"),
        (vec![("version", "production".into())], "1"),
        (vec![("channel", "production".into())], "1"),
        (vec![("build", "7".into())], "2"),
        (vec![("build", "latest".into())], "2"),
        // The version decides.
        (vec![("version", "1".into()), ("build", "7".into())], "1"),
        (vec![("version", "".into()), ("build", "".into())], "2"),
    ] {
        let state = succeed(plugin.read(&ami(&more)));
        assert_eq!(state["version_real"], wanted.into(), "{more:?}");
        for (name, value) in more {
            assert_eq!(state[name], value);
        }
    }
    plugin.shut_down();
}

#[test]
fn a_file_has_a_place_a_size_and_a_sum() {
    let (plugin, atlas) = with_atlas();
    atlas.publish_file("hashicorp/web/custom.image", &json!({"id": "x"}), b"hello");
    let state = succeed(plugin.read(&[
        ("name", "hashicorp/web".into()),
        ("type", "custom.image".into()),
    ]));
    let url = format!(
        "{}/api/v1/artifacts/hashicorp/web/custom.image",
        atlas.url()
    );
    assert_eq!(state["file_url"], format!("{url}/file").into());
    assert_eq!(state["url"], format!("{url}/1/file").into());
    assert_eq!(state["size"], 5.into());
    let sum = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
    assert_eq!(state["sha256"], sum.into());
    plugin.shut_down();
}

#[test]
fn what_is_not_there_is_told() {
    let (plugin, _atlas) = with_atlas();
    for (more, wanted) in [
        (
            ("version", "9".into()),
            "hashicorp/web/aws.ami/9 is not there; the newest version is",
        ),
        (
            ("channel", "nowhere".into()),
            "that nowhere is at is not there",
        ),
        (
            ("metadata", map(&[("arch", "arm")])),
            "with arch=arm is not there",
        ),
        (("build", "8".into()), "of build 8 is not there"),
        (
            ("type", "vagrant.box".into()),
            "there is no version of hashicorp/web/vagrant.box",
        ),
    ] {
        let answer = plugin.read(&ami(&[more]));
        assert_eq!((answer.state, answer.diagnostics.len()), (None, 1));
        let told = &answer.diagnostics[0];
        assert_eq!(told.severity(), Severity::Error);
        assert!(told.detail.contains(wanted), "{told:?}");
    }
    plugin.shut_down();
}

#[test]
fn a_revoked_version_is_found_by_its_number_and_marked() {
    let (plugin, atlas) = with_atlas();
    let revocation = json!({"revocation": {"reason": "CVE-1"}});
    atlas.put("/artifacts/hashicorp/web/aws.ami/2/revocation", &revocation);
    let latest = succeed(plugin.read(&ami(&[])));
    assert_eq!(latest["version_real"], "1".into());
    let answer = plugin.read(&ami(&[("version", "2".into())]));
    let told = &answer.diagnostics[0];
    assert_eq!(
        (told.severity(), about(told)),
        (Severity::Warning, Some("version"))
    );
    assert_eq!(told.summary, "hashicorp/web/aws.ami/2 is revoked");
    let state = attributes(&answer.state.unwrap());
    let at = state["revoke_at"].as_str().unwrap();
    assert!(at.starts_with("20") && told.detail.contains(at), "{told:?}");
    plugin.shut_down();
}

#[test]
fn who_may_not_is_told_without_the_token() {
    let (plugin, atlas) = with_atlas();
    let url = atlas.url();
    plugin.configure(&[
        ("address", url.as_str().into()),
        ("token", "wrong.secret".into()),
    ]);
    let answer = plugin.read(&ami(&[]));
    let told = &answer.diagnostics[0];
    assert!(told.detail.contains("authentication failed"), "{told:?}");
    let (_, log) = plugin.shut_down();
    assert!(!format!("{told:?}{log}").contains("wrong.secret"));
}

#[test]
fn the_environment_is_what_is_not_given() {
    let atlas = Atlas::start();
    atlas.publish("hashicorp/web/aws.ami", &json!({"id": "us-east-1:ami-1"}));
    let url = atlas.url();
    let plugin = Plugin::start(&[("ATLAS_ADDRESS", &url), ("ATLAS_TOKEN", TOKEN)]);
    assert_eq!(plugin.prepare(&[]), []);
    plugin.configure(&[]);
    let state = succeed(plugin.read(&ami(&[])));
    assert_eq!(state["amis"], map(&[("us-east-1", "ami-1")]));
    plugin.shut_down();
}

/// Others read ATLAS_TOKEN too: it does not go to whoever has the default address now.
#[test]
fn a_token_of_the_environment_goes_nowhere_by_default() {
    let plugin = Plugin::start(&[("ATLAS_TOKEN", TOKEN)]);
    let wrong = plugin.prepare(&[]);
    assert_eq!((wrong.len(), about(&wrong[0])), (1, Some("address")));
    assert!(wrong[0].summary.contains("ATLAS_TOKEN"), "{wrong:?}");
    plugin.shut_down();
}

#[test]
fn a_token_that_can_be_read_on_its_way_is_warned_of() {
    let plugin = Plugin::start(&[]);
    let address = ("address", "http://atlas.example".into());
    let found = plugin.prepare(&[address, ("token", TOKEN.into())]);
    assert_eq!((found.len(), about(&found[0])), (1, Some("address")));
    assert_eq!(found[0].severity(), Severity::Warning);
    plugin.shut_down();
}

#[test]
fn what_is_wrong_in_a_configuration_has_its_place() {
    let plugin = Plugin::start(&[]);
    let wrong = plugin.prepare(&[("address", "ftp://x".into()), ("token", "a\nb".into())]);
    let mut places: Vec<_> = wrong.iter().map(about).collect();
    places.sort_unstable();
    assert_eq!(places, [Some("address"), Some("token")]);
    let key = |key: &str| Value::Array(vec![key.into()]);
    for (name, value) in [
        ("name", "web".into()),
        ("name", "hashicorp/web/aws".into()),
        ("name", "hashicorp/..".into()),
        ("type", "aws ami".into()),
        ("type", "a/b".into()),
        ("version", "-1".into()),
        ("channel", "not one".into()),
        ("build", "newest".into()),
        ("metadata", map(&[("", "x")])),
        ("metadata_keys", key("")),
    ] {
        let wrong = plugin.validate(&ami(&[(name, value)]));
        assert_eq!(
            (wrong.len(), wrong.first().and_then(about)),
            (1, Some(name)),
            "{wrong:?}"
        );
        assert_eq!(wrong[0].severity(), Severity::Error);
    }
    let both = [("version", "1".into()), ("channel", "production".into())];
    assert_eq!(about(&plugin.validate(&ami(&both))[0]), Some("channel"));
    let idle = [("version", "1".into()), ("build", "1".into())];
    let told = plugin.validate(&ami(&idle));
    assert_eq!(
        (told[0].severity(), about(&told[0])),
        (Severity::Warning, Some("build"))
    );
    plugin.shut_down();
}

#[test]
fn what_is_not_known_yet_is_not_wrong() {
    let plugin = Plugin::start(&[]);
    assert_eq!(
        plugin.prepare(&[("address", unknown()), ("token", unknown())]),
        []
    );
    for name in [
        "name",
        "type",
        "version",
        "channel",
        "build",
        "metadata",
        "metadata_keys",
    ] {
        assert_eq!(plugin.validate(&ami(&[(name, unknown())])), [], "{name}");
    }
    plugin.configure(&[("address", unknown())]);
    let answer = plugin.read(&ami(&[]));
    assert!(answer.diagnostics[0].summary.contains("not known yet"));
    plugin.shut_down();
}

#[test]
fn what_makes_no_sense_is_a_diagnostic() {
    let plugin = Plugin::start(&[]);
    let bytes = |msgpack: &[u8]| {
        Some(DynamicValue {
            msgpack: msgpack.to_vec(),
            json: Vec::new(),
        })
    };
    for config in [
        None,
        bytes(&[]),
        bytes(&[0xc1]),
        bytes(&[0xc0]),
        bytes(&[0x91, 1]),
    ] {
        let request = BlockRequest {
            type_name: ARTIFACT.into(),
            config,
        };
        let answer: StateResponse = plugin
            .call("/tfplugin5.Provider/ReadDataSource", request)
            .unwrap();
        assert_eq!(answer.diagnostics.len(), 1, "{answer:?}");
    }
    let (status, log) = plugin.shut_down();
    assert!(status.success() && !log.contains("panicked"), "{log}");
}

#[test]
fn nobody_there_is_a_diagnostic() {
    let plugin = Plugin::start(&[]);
    // Port 1 of this machine is nobody's.
    plugin.configure(&[("address", "http://127.0.0.1:1".into())]);
    let answer = plugin.read(&ami(&[]));
    assert!(
        answer.diagnostics[0]
            .detail
            .contains("the connection was refused"),
        "{answer:?}"
    );
    plugin.shut_down();
}

/// Whoever has the resource of yesterday is told, and can let it go.
#[test]
fn the_resource_is_told_and_goes() {
    let plugin = Plugin::start(&[]);
    let request = BlockRequest {
        type_name: ARTIFACT.into(),
        config: Some(block(&ami(&[]))),
    };
    let told: Checked = plugin
        .call("/tfplugin5.Provider/ValidateResourceTypeConfig", request)
        .unwrap();
    assert!(
        told.diagnostics[0]
            .detail
            .contains("data \"atlas_artifact\""),
        "{told:?}"
    );
    let json = br#"{"id": "ami-1", "name": "hashicorp/web", "unheard_of": [1]}"#.to_vec();
    let flatmap = HashMap::from([
        ("id".to_owned(), "ami-1".to_owned()),
        ("metadata.%".to_owned(), "1".to_owned()),
    ]);
    for (json, flatmap) in [(json, HashMap::new()), (Vec::new(), flatmap)] {
        let request = UpgradeRequest {
            type_name: ARTIFACT.into(),
            raw_state: Some(RawState { json, flatmap }),
        };
        let upgraded: StateResponse = plugin
            .call("/tfplugin5.Provider/UpgradeResourceState", request)
            .unwrap();
        assert_eq!(upgraded.diagnostics, []);
        let current_state = upgraded.state;
        assert_eq!(
            attributes(current_state.as_ref().unwrap())["id"],
            "ami-1".into()
        );
        let request = ReadRequest {
            type_name: ARTIFACT.into(),
            current_state: current_state.clone(),
        };
        let read: StateResponse = plugin
            .call("/tfplugin5.Provider/ReadResource", request)
            .unwrap();
        assert_eq!(read.state, current_state);
        let goes = ChangeRequest {
            type_name: ARTIFACT.into(),
            prior_state: current_state.clone(),
            wanted_state: Some(null()),
        };
        let planned: PlanResponse = plugin
            .call("/tfplugin5.Provider/PlanResourceChange", goes.clone())
            .unwrap();
        assert_eq!(
            (planned.planned_state, planned.diagnostics.len()),
            (Some(null()), 0)
        );
        let applied: ApplyResponse = plugin
            .call("/tfplugin5.Provider/ApplyResourceChange", goes.clone())
            .unwrap();
        assert_eq!(
            (applied.new_state, applied.diagnostics.len()),
            (Some(null()), 0)
        );
        let stays = ChangeRequest {
            wanted_state: current_state,
            ..goes
        };
        let planned: PlanResponse = plugin
            .call("/tfplugin5.Provider/PlanResourceChange", stays)
            .unwrap();
        assert_eq!(planned.diagnostics.len(), 1);
    }
    let request = ImportRequest {
        type_name: ARTIFACT.into(),
    };
    let imported: ImportResponse = plugin
        .call("/tfplugin5.Provider/ImportResourceState", request)
        .unwrap();
    assert_eq!(imported.diagnostics.len(), 1);
    plugin.shut_down();
}
