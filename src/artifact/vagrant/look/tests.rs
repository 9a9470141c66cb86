//! Boxes that are, and files that are not.

use std::io::Write;

use super::*;
use crate::packing::Memory;

fn tar(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, content) in members {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        builder.append_data(&mut header, name, *content).unwrap();
    }
    builder.into_inner().unwrap()
}

fn gzip(content: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

fn look(files: &Memory) -> Result<Option<String>, String> {
    let artifact = Artifact {
        files: vec!["/out/vm.box".into()],
        ..Artifact::default()
    };
    look_into(&artifact, files).map_err(|problem| {
        assert_eq!(problem.code, Code::NotABox);
        assert!(problem.message.starts_with("`/out/vm.box` "));
        problem.message
    })
}

fn look_at(content: &[u8]) -> Result<Option<String>, String> {
    look(&Memory::new().file("/out/vm.box", content))
}

const METADATA: (&str, &[u8]) = (
    "metadata.json",
    br#"{"provider": "libvirt", "format": "qcow2"}"#,
);

#[test]
fn the_provider_is_in_the_box() {
    let long = format!("{}/x", "d".repeat(200));
    let disk = vec![7; 3000];
    for members in [
        &[METADATA][..],
        &[("Vagrantfile", b""), ("box.img", &disk), METADATA],
        &[(&long, b"x"), ("./metadata.json", METADATA.1)],
    ] {
        let tar = tar(members);
        assert_eq!(look_at(&tar), Ok(Some("libvirt".into())));
        assert_eq!(look_at(&gzip(&tar)), Ok(Some("libvirt".into())));
    }
}

#[test]
fn what_is_not_a_box() {
    let bare = tar(&[("box.ovf", b"x"), ("sub/metadata.json", METADATA.1)]);
    let without = tar(&[("metadata.json", br#"{"provider": 5}"#)]);
    let noise = |n: u32| (n.wrapping_mul(2_654_435_761) >> 13) as u8;
    let noise: Vec<u8> = (0..9000).map(noise).collect();
    let mut cut = gzip(&tar(&[("box.img", &noise), METADATA]));
    cut.truncate(cut.len() / 2);
    for (content, what) in [
        (bare.clone(), "has no `metadata.json`"),
        (gzip(&bare), "has no `metadata.json`"),
        (without, "no string `provider`"),
        (b"not really a disk\n".to_vec(), "not a tar archive"),
        (gzip(b"not really a disk\n"), "not a tar archive"),
        (gzip(b""), "not a tar archive"),
        (Vec::new(), "not a tar archive"),
        (vec![0; 2048], "not a tar archive"),
        (cut, "damaged"),
    ] {
        let message = look_at(&content).unwrap_err();
        assert!(message.contains(what), "{what}: {message}");
    }
}

#[test]
fn what_can_not_be_told_is_not_judged() {
    assert_eq!(look(&Memory::new()), Ok(None));
    assert_eq!(look(&Memory::new().unreadable("/out/vm.box")), Ok(None));
    assert_eq!(look(&Memory::new().directory("/out/vm.box")), Ok(None));
    for start in OTHER_FORMATS {
        assert_eq!(look_at(&[start, &[0; 600]].concat()), Ok(None));
    }
    let mut large = tar::Header::new_gnu();
    large.set_path("box.img").unwrap();
    large.set_size(MOST_BYTES + 1);
    large.set_cksum();
    assert_eq!(look_at(&gzip(large.as_bytes())), Ok(None));
    let none = look_into(&Artifact::default(), &Memory::new());
    assert_eq!(none, Ok(None));
}

mod wild {
    //! Any file is looked into or refused.

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_bytes(mut bytes in prop::collection::vec(any::<u8>(), 0..2000), at in 0_usize..512, byte: u8) {
            let _ = look_at(&bytes);
            let _ = look_at(&gzip(&bytes));
            bytes = tar(&[("box.img", &bytes), METADATA]);
            bytes[at] = byte;
            let _ = look_at(&bytes);
            let mut packed = gzip(&bytes);
            let place = at % packed.len();
            packed[place] = byte;
            let _ = look_at(&packed);
        }
    }
}
