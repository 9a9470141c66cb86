//! Archives that are the same bytes whenever and wherever they are made.

use std::io::{Cursor, Write};

use flate2::Compression;
use flate2::write::GzEncoder;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// A file in an archive.
#[derive(Debug)]
pub struct Entry {
    /// Its path there.
    pub name: String,
    /// What is in it.
    pub content: Vec<u8>,
    /// Whether it is a program.
    pub executable: bool,
}

impl Entry {
    fn mode(&self) -> u32 {
        if self.executable { 0o755 } else { 0o644 }
    }
}

/// A zip archive, as Packer and Terraform take plugins.
pub fn zip(entries: &[Entry]) -> std::io::Result<Vec<u8>> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for entry in entries {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .last_modified_time(DateTime::default())
            .unix_permissions(entry.mode());
        writer.start_file(entry.name.as_str(), options)?;
        writer.write_all(&entry.content)?;
    }
    Ok(writer.finish()?.into_inner())
}

/// A tar archive, gzip-compressed.
pub fn tar_gz(entries: &[Entry]) -> std::io::Result<Vec<u8>> {
    let mut writer = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::default()));
    for entry in entries {
        let mut header = tar::Header::new_ustar();
        header.set_size(entry.content.len() as u64);
        header.set_mode(entry.mode());
        writer.append_data(&mut header, &entry.name, entry.content.as_slice())?;
    }
    writer.into_inner()?.finish()
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    fn program() -> [Entry; 1] {
        let content = b"\x7fELF".repeat(1000);
        [Entry {
            name: "atlas-host".into(),
            content,
            executable: true,
        }]
    }

    #[test]
    fn a_zip_holds_a_program_without_the_time() {
        let bytes = zip(&program()).unwrap();
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        let mut file = archive.by_index(0).unwrap();
        assert_eq!(
            (file.name().unwrap().as_ref(), file.unix_mode()),
            ("atlas-host", Some(0o100_755))
        );
        assert_eq!(file.last_modified(), Some(DateTime::default()));
        let mut content = Vec::new();
        file.read_to_end(&mut content).unwrap();
        assert_eq!(content, program()[0].content);
    }

    #[test]
    fn a_tar_holds_a_program_without_the_time() {
        let bytes = tar_gz(&program()).unwrap();
        let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(bytes.as_slice()));
        let mut file = archive.entries().unwrap().next().unwrap().unwrap();
        assert_eq!(file.path().unwrap().to_str(), Some("atlas-host"));
        assert_eq!(
            (
                file.header().mode().unwrap(),
                file.header().mtime().unwrap()
            ),
            (0o755, 0)
        );
        let mut content = Vec::new();
        file.read_to_end(&mut content).unwrap();
        assert_eq!(content, program()[0].content);
    }
}
