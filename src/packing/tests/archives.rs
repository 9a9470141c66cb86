//! The bytes of archives: what a straightforward writer would have made, in any order of blocks, readable by others.

use super::super::memory::{Memory, TIME};
use super::super::*;
use super::{archive_of, noise, pack, plan_of};
use crate::packing::tar_header;
use crate::packing::virtual_tar::VirtualTar;
use flate2::read::GzDecoder;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::io::Read;

/// One gzip member, and nothing after it.
fn gunzip(archive: &[u8]) -> Vec<u8> {
    let mut tar = Vec::new();
    let mut decoder = GzDecoder::new(archive);
    decoder.read_to_end(&mut tar).unwrap();
    assert!(
        decoder.into_inner().is_empty(),
        "bytes after the gzip member"
    );
    tar
}

/// The members by their names, as another reader sees them.
fn untar(tar: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut members = BTreeMap::new();
    for entry in tar::Archive::new(tar).entries().unwrap() {
        let mut entry = entry.unwrap();
        let mut content = Vec::new();
        entry.read_to_end(&mut content).unwrap();
        let name = String::from_utf8(entry.path_bytes().into_owned()).unwrap();
        assert!(members.insert(name, content).is_none());
    }
    members
}

/// The tar as one would write it from the first byte to the last.
fn sequential(archive: &Archive, contents: &BTreeMap<String, Vec<u8>>) -> Vec<u8> {
    let mut tar = Vec::new();
    for member in archive.members() {
        tar.extend(tar_header::header(member));
        tar.extend_from_slice(&contents[&member.name]);
        tar.resize(tar.len().next_multiple_of(512), 0);
    }
    tar.extend([0; 1024]);
    tar
}

/// A file's content from three numbers: short or long, noise, text or zeros.
fn content(length: usize, kind: u8) -> Vec<u8> {
    match kind {
        0 => noise(length, length as u64),
        1 => vec![0; length],
        _ => (0..)
            .flat_map(|n: u32| format!("{n} ").into_bytes())
            .take(length)
            .collect(),
    }
}

/// A tree of files: path below the root, content.
fn trees() -> impl Strategy<Value = BTreeMap<String, Vec<u8>>> {
    let part = prop_oneof![
        8 => "[a-c.-]{1,3}".prop_filter("a name", |name| !matches!(name.as_str(), "." | "..")),
        1 => Just("n".repeat(120)),
        1 => Just("é".to_owned()),
    ];
    let path = prop::collection::vec(part, 1..4).prop_map(|parts| parts.join("/"));
    let length = prop_oneof![4 => 0..3000_usize, 1 => Just(512), 1 => 0..1_500_000_usize];
    let file = (length, 0..3_u8).prop_map(|(length, kind)| content(length, kind));
    prop::collection::btree_map(path, file, 0..12).prop_map(|mut tree| {
        // A path cannot be a file and a directory.
        let paths: Vec<String> = tree.keys().cloned().collect();
        tree.retain(|path, _| {
            !paths
                .iter()
                .any(|other| other.starts_with(&format!("{path}/")))
        });
        tree
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn archives_are_what_a_sequential_writer_makes(tree in trees(), start in any::<prop::sample::Index>()) {
        let mut files = Memory::new().directory("/root");
        let mut contents = BTreeMap::new();
        for (path, content) in &tree {
            files = files.file(&format!("/root/{path}"), content);
            contents.insert(path.clone(), content.clone());
            for (end, _) in path.match_indices('/') {
                contents.insert(format!("{}/", &path[..end]), Vec::new());
            }
        }
        let archive = archive_of(&files, &["/root"]);
        let expected = sequential(&archive, &contents);
        prop_assert_eq!(archive.len(), expected.len() as u64);

        // Any part of the virtual tar is that part of the tar.
        let tar = VirtualTar::new(archive.members().to_vec()).unwrap();
        let start = start.index(expected.len());
        let mut part = vec![1; 5000.min(expected.len() - start)];
        let mut reader = tar.reader(&files);
        reader.fill(start as u64, &mut part).unwrap();
        reader.close().unwrap();
        prop_assert!(part == expected[start..start + part.len()]);

        let tar = gunzip(&pack(&archive, &files));
        prop_assert!(tar == expected);
        prop_assert!(untar(&tar) == contents);
    }
}

#[test]
fn blocks_are_the_same_in_any_order_and_from_any_plan() {
    let text = content(3_000_000, 2);
    let files = Memory::new()
        .file("/d/text", &text)
        .file("/d/noise", &noise(1_200_000, 7))
        .sparse("/d/zeros", 5_000_000);
    let whole = pack(&archive_of(&files, &["/d"]), &files);
    let count = archive_of(&files, &["/d"]).blocks();
    assert_eq!(count, 9);
    let one_plan = archive_of(&files, &["/d"]);
    let mut blocks: Vec<(u32, Block)> = (0..count)
        .rev()
        .map(|index| match index % 2 {
            0 => (index, one_plan.block(index, &files).unwrap()),
            _ => (
                index,
                archive_of(&files, &["/d"]).block(index, &files).unwrap(),
            ),
        })
        .collect();
    blocks.sort_by_key(|(index, _)| *index);
    let sums: Vec<_> = blocks
        .iter()
        .map(|(_, block)| (block.crc32, block.length))
        .collect();
    let mut joined: Vec<u8> = blocks
        .into_iter()
        .flat_map(|(_, block)| block.data)
        .collect();
    joined.extend(one_plan.trailer(&sums).unwrap());
    assert!(joined == whole);
    assert!(untar(&gunzip(&whole))["text"] == text);
}

#[test]
fn every_level_gives_the_same_tar() {
    let files = Memory::new()
        .file("/d/text", &content(1_400_000, 2))
        .file("/d/zeros", &content(3_000_000, 1));
    let expected = gunzip(&pack(&archive_of(&files, &["/d"]), &files));
    let mut lengths = Vec::new();
    for level in 0..=9 {
        let options = Options {
            level: Level::new(level).unwrap(),
        };
        let Payload::Archive(archive) = plan(&files, &["/d".to_owned()], &options).unwrap() else {
            panic!("no archive at level {level}");
        };
        let packed = pack(&archive, &files);
        assert!(gunzip(&packed) == expected, "level {level}");
        lengths.push(packed.len());
    }
    assert!(
        lengths[0] > expected.len() && lengths[1] < expected.len() / 2 && lengths[9] < lengths[1],
        "{lengths:?}"
    );
}

#[test]
fn the_bytes_stay_the_same() {
    // A change here changes archives that people have published, for no reason of theirs: it has to be meant.
    let files = Memory::new()
        .file("/d/disk.img", b"not really a disk\n")
        .directory("/d/x");
    let packed = pack(&archive_of(&files, &["/d"]), &files);
    assert_eq!(gunzip(&packed).len(), 512 + 512 + 512 + 1024);
    assert_eq!(packed[..10], [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);
    assert_eq!(
        (packed.len(), zlib_rs::crc32::crc32(0, &packed)),
        (146, 3_756_932_949)
    );
}

#[test]
fn an_empty_directory_is_an_empty_tar() {
    let files = Memory::new().directory("/d");
    let archive = archive_of(&files, &["/d"]);
    assert_eq!((archive.len(), archive.blocks()), (1024, 1));
    assert_eq!(gunzip(&pack(&archive, &files)), [0; 1024]);
}

#[test]
fn thousands_of_files_keep_their_contents() {
    let mut files = Memory::new();
    let mut expected = BTreeMap::new();
    for number in 0..5000_usize {
        let name = format!("{:02}/file-{number}", number % 100);
        files = files.file(
            &format!("/d/{name}"),
            &content(number % 700, (number % 3) as u8),
        );
        expected.insert(name, content(number % 700, (number % 3) as u8));
        expected.insert(format!("{:02}/", number % 100), Vec::new());
    }
    let archive = archive_of(&files, &["/d"]);
    assert!(untar(&gunzip(&pack(&archive, &files))) == expected);
}

#[test]
fn long_and_foreign_names_are_read_back() {
    let long = "n".repeat(150);
    let names = [
        long.clone(),
        format!("{long}/{long}"),
        "größe/数据.img".to_owned(),
        format!("ü{}", "y".repeat(200)),
    ];
    let mut files = Memory::new();
    for name in &names[1..] {
        files = files.file(&format!("/d/{name}"), name.as_bytes());
    }
    let archive = archive_of(&files, &["/d"]);
    let members = untar(&gunzip(&pack(&archive, &files)));
    for name in &names[1..] {
        assert_eq!(members[name], name.as_bytes());
    }
    assert!(members.contains_key(&format!("{long}/")));
}

#[test]
fn a_file_over_8_gib_is_planned_and_read_around_its_ends() {
    let size = (9 << 30) + 100;
    let files = Memory::new()
        .sparse("/d/a.img", size)
        .file("/d/b", b"after it");
    let archive = archive_of(&files, &["/d"]);
    let tar = VirtualTar::new(archive.members().to_vec()).unwrap();
    let read = |offset: u64, length: usize| {
        let mut bytes = vec![1; length];
        let mut reader = tar.reader(&files);
        reader.fill(offset, &mut bytes).unwrap();
        reader.close().unwrap();
        bytes
    };
    let beginning = read(0, 1600);
    assert!(String::from_utf8_lossy(&beginning[512..]).starts_with("19 size=9663676516\n"));
    assert!(beginning[1536..].iter().all(|&byte| byte == 0));
    let parsed = tar::Archive::new(&beginning[..])
        .entries()
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .size();
    assert_eq!(parsed, size);

    let end = 1536 + size;
    let after = read(end - 10, 10 + 412 + 512 + 8);
    assert!(after[..422].iter().all(|&byte| byte == 0));
    assert_eq!(&after[422..424], b"b\0");
    assert_eq!(&after[934..], b"after it");
    assert_eq!(archive.len(), end + 412 + 512 + 512 + 1024);
    assert_eq!(archive.blocks(), 9 * 1024 + 1);
    let last = archive.block(9 * 1024, &files).unwrap();
    assert_eq!(last.length, archive.len() - (9 << 30));
}

#[test]
fn what_is_too_large_is_an_error() {
    let huge = |size| {
        plan_of(
            &Memory::new().sparse("/d/a", size).sparse("/d/b", size),
            &["/d"],
        )
    };
    assert!(matches!(huge(u64::MAX), Err(PackError::TooLarge)));
    assert!(matches!(huge(u64::MAX / 2), Err(PackError::TooLarge)));
    assert!(matches!(huge(1 << 52), Err(PackError::TooLarge)));
    assert!(matches!(huge(1 << 50), Ok(Payload::Archive(_))));
}

#[test]
fn zero_blocks_are_the_same_from_memory() {
    // Block 0 is the header and text, and the zeros of block 1 come after text, not after zeros.
    let text = content((1 << 20) - 512, 2);
    let files = Memory::new().file("/d/zeros", &[text, vec![0; 5 << 20]].concat());
    let archive = archive_of(&files, &["/d"]);
    let fresh = |index| archive_of(&files, &["/d"]).block(index, &files).unwrap();
    for index in [2, 3, 1, 4] {
        assert_eq!(
            archive.block(index, &files).unwrap(),
            fresh(index),
            "{index}"
        );
    }
    assert_ne!(fresh(1), fresh(2));
}

#[test]
fn changed_files_are_errors() {
    let files = Memory::new()
        .file("/d/a", &content(5000, 2))
        .file("/d/b", &content(5000, 2));
    let archive = archive_of(&files, &["/d"]);
    archive.block(0, &files).unwrap();
    let later = Time {
        nanoseconds: TIME.nanoseconds + 1,
        ..TIME
    };
    for (changed, what) in [
        (files.clone().file("/d/b", &content(5001, 2)), "longer"),
        (files.clone().file("/d/b", &content(4999, 2)), "shorter"),
        (
            files.clone().file_at("/d/b", &content(5000, 2), later),
            "newer",
        ),
        (files.clone().short("/d/b", 5000), "short read"),
        (files.clone().special("/d/b"), "no file"),
    ] {
        match archive.block(0, &changed) {
            Err(PackError::Changed { path }) => assert_eq!(path, "/d/b", "{what}"),
            other => panic!("{what}: {other:?}"),
        }
    }
    let first = files.clone().file_at("/d/a", &content(5000, 2), later);
    assert!(matches!(archive.block(0, &first), Err(PackError::Changed { path }) if path == "/d/a"));
    let gone = Memory::new().file("/d/a", &content(5000, 2));
    assert!(matches!(archive.block(0, &gone), Err(PackError::Missing { path }) if path == "/d/b"));
}

#[test]
fn a_change_on_disk_is_seen() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("disk.img");
    std::fs::write(&path, noise(3_000_000, 9)).unwrap();
    let archive = archive_of(&Disk, &[path.to_str().unwrap()]);
    let packed = pack(&archive, &Disk);
    assert!(untar(&gunzip(&packed))["disk.img"] == noise(3_000_000, 9));

    let file = std::fs::File::options().write(true).open(&path).unwrap();
    file.set_modified(std::time::UNIX_EPOCH).unwrap();
    for index in 0..archive.blocks() {
        assert!(
            matches!(archive.block(index, &Disk), Err(PackError::Changed { .. })),
            "{index}"
        );
    }
}

#[test]
fn blocks_and_sums_that_are_not_there_are_errors() {
    let files = Memory::new().file("/d/a", &content(2_000_000, 2));
    let archive = archive_of(&files, &["/d"]);
    assert!(matches!(
        archive.block(2, &files),
        Err(PackError::NoSuchBlock {
            index: 2,
            blocks: 2
        })
    ));
    assert!(archive.block(u32::MAX, &files).is_err());
    let sum = |index| {
        let block = archive.block(index, &files).unwrap();
        (block.crc32, block.length)
    };
    archive.trailer(&[sum(0), sum(1)]).unwrap();
    for sums in [
        &[][..],
        &[sum(0)],
        &[sum(1), sum(0)],
        &[sum(0), sum(1), sum(1)],
        &[sum(0), (0, u64::MAX)],
    ] {
        assert!(
            matches!(archive.trailer(sums), Err(PackError::WrongSums { .. })),
            "{sums:?}"
        );
    }
}
