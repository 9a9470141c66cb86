//! Which arguments a block of HCL2 has: what Packer decodes the block with before it hands it over.
//!
//! Packer 1.5 to 1.10 read it in Go's gob, later ones in Protocol Buffers as well.

mod gob;
mod protobuf;

/// The type of an argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// A string.
    String,
    /// True or false.
    Bool,
    /// Strings by name.
    MapOfStrings,
}

/// An argument. None is required here: what is missing is said along with all else that is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Argument {
    /// Its name.
    pub name: &'static str,
    /// Its type.
    pub of: Type,
}

/// How a specification is coded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coding {
    /// Go's gob.
    Gob,
    /// Protocol Buffers.
    Protobuf,
}

/// The specification of a block with these arguments.
pub fn encode(arguments: &[Argument], coding: Coding) -> Vec<u8> {
    match coding {
        Coding::Gob => gob::encode(arguments),
        Coding::Protobuf => protobuf::encode(arguments),
    }
}
