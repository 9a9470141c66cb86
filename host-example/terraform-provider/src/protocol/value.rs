//! Values of Terraform's, as its type system (cty) writes them: MessagePack, or JSON, in which an extension
//! of MessagePack stands for what is not known yet.

use std::collections::BTreeMap;

use rmpv::Value;

use super::messages::DynamicValue;

/// Why a value can't be read.
#[derive(Debug, thiserror::Error)]
pub enum ValueError {
    /// There is none.
    #[error("Terraform has sent no value")]
    Missing,
    /// It is no MessagePack.
    #[error("Terraform has sent a value that is no MessagePack: {0}")]
    MessagePack(#[from] rmpv::decode::Error),
    /// It is no JSON.
    #[error("Terraform has sent a value that is no JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// It is something else than the schema says.
    #[error("Terraform has sent a value of another type than the schema says")]
    Type,
}

/// What there is of a value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Given<T> {
    /// It is null.
    #[default]
    Absent,
    /// It will be known when something else was applied.
    Unknown,
    /// It is this.
    Known(T),
}

impl<T> Given<T> {
    /// It, if it is known.
    pub fn known(self) -> Option<T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Absent | Self::Unknown => None,
        }
    }

    /// Whether it will only be known later.
    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown)
    }
}

/// A block: values by the names of its attributes.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Block(BTreeMap<String, Value>);

impl Block {
    /// Reads a block; none if it is null.
    pub fn read(value: Option<&DynamicValue>) -> Result<Option<Self>, ValueError> {
        let value = value.ok_or(ValueError::Missing)?;
        let read = match (value.msgpack.as_slice(), value.json.as_slice()) {
            ([], []) => return Err(ValueError::Missing),
            ([], json) => from_json(serde_json::from_slice(json)?),
            (mut msgpack, _) => rmpv::decode::read_value(&mut msgpack)?,
        };
        match read {
            Value::Nil => Ok(None),
            read => Ok(Some(Self(entries(read)?))),
        }
    }

    /// The text of an attribute.
    pub fn text(&self, name: &str) -> Result<Given<String>, ValueError> {
        self.given(name, text)
    }

    /// The texts in an attribute that is a set.
    pub fn texts(&self, name: &str) -> Result<Given<Vec<String>>, ValueError> {
        let texts = |value| match value {
            Value::Array(elements) => elements.into_iter().map(text).collect(),
            _ => Err(ValueError::Type),
        };
        self.given(name, texts)
    }

    /// The texts in an attribute that is a map; those that are null are left out.
    pub fn map(&self, name: &str) -> Result<Given<BTreeMap<String, String>>, ValueError> {
        let map = |value| {
            let entries = entries(value)?.into_iter();
            let entries = entries.filter(|(_, value)| !value.is_nil());
            entries
                .map(|(key, value)| Ok((key, text(value)?)))
                .collect()
        };
        self.given(name, map)
    }

    /// Sets an attribute.
    pub fn set(&mut self, name: &str, value: impl Into<Value>) {
        self.0.insert(name.to_owned(), value.into());
    }

    /// A block of the attributes of these names, null where there are none.
    pub fn of_names<'n>(mut self, names: impl IntoIterator<Item = &'n str>) -> Self {
        let named = names.into_iter().map(|name| {
            let value = self.0.remove(name).unwrap_or(Value::Nil);
            (name.to_owned(), value)
        });
        Self(named.collect())
    }

    /// As Terraform wants it.
    pub fn write(self) -> DynamicValue {
        let entries = self.0.into_iter();
        write(&Value::Map(
            entries.map(|(name, value)| (name.into(), value)).collect(),
        ))
    }

    fn given<T>(
        &self,
        name: &str,
        read: impl FnOnce(Value) -> Result<T, ValueError>,
    ) -> Result<Given<T>, ValueError> {
        match self.0.get(name) {
            None | Some(Value::Nil) => Ok(Given::Absent),
            Some(value) if has_unknown(value) => Ok(Given::Unknown),
            Some(value) => read(value.clone()).map(Given::Known),
        }
    }
}

/// That there is nothing.
pub fn null() -> DynamicValue {
    write(&Value::Nil)
}

fn write(value: &Value) -> DynamicValue {
    let mut msgpack = Vec::new();
    // Memory takes all that is written.
    drop(rmpv::encode::write_value(&mut msgpack, value));
    DynamicValue {
        msgpack,
        json: Vec::new(),
    }
}

/// Whether a value, or one in it, is not known yet.
fn has_unknown(value: &Value) -> bool {
    match value {
        Value::Ext(..) => true,
        Value::Array(elements) => elements.iter().any(has_unknown),
        Value::Map(entries) => entries.iter().any(|(_, value)| has_unknown(value)),
        _ => false,
    }
}

fn entries(value: Value) -> Result<BTreeMap<String, Value>, ValueError> {
    match value {
        Value::Map(entries) => entries
            .into_iter()
            .map(|(name, value)| Ok((text(name)?, value)))
            .collect(),
        _ => Err(ValueError::Type),
    }
}

fn text(value: Value) -> Result<String, ValueError> {
    match value {
        Value::String(text) => text.into_str().ok_or(ValueError::Type),
        _ => Err(ValueError::Type),
    }
}

fn from_json(json: serde_json::Value) -> Value {
    use serde_json::Value as Json;
    match json {
        Json::Null => Value::Nil,
        Json::Bool(value) => value.into(),
        Json::String(text) => text.into(),
        Json::Array(elements) => elements.into_iter().map(from_json).collect(),
        Json::Object(members) => {
            let members = members.into_iter();
            Value::Map(
                members
                    .map(|(name, value)| (name.into(), from_json(value)))
                    .collect(),
            )
        }
        Json::Number(number) => match (number.as_u64(), number.as_i64()) {
            (Some(number), _) => number.into(),
            (None, Some(number)) => number.into(),
            (None, None) => number.as_f64().unwrap_or_default().into(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(value: &Value) -> Block {
        Block::read(Some(&write(value))).unwrap().unwrap()
    }

    #[test]
    fn attributes_are_given_or_not() {
        let unknown = || Value::Ext(0, vec![0]);
        let block = read(&Value::Map(vec![
            ("a".into(), "x".into()),
            ("b".into(), Value::Nil),
            ("c".into(), unknown()),
            ("d".into(), Value::Array(vec!["x".into(), unknown()])),
            ("e".into(), Value::Array(vec!["x".into()])),
        ]));
        assert_eq!(block.text("a").unwrap(), Given::Known("x".into()));
        assert_eq!(block.text("b").unwrap(), Given::Absent);
        assert_eq!(block.text("c").unwrap(), Given::Unknown);
        assert_eq!(block.texts("d").unwrap(), Given::Unknown);
        assert_eq!(block.texts("e").unwrap(), Given::Known(vec!["x".into()]));
        assert!(matches!(block.text("e"), Err(ValueError::Type)));
    }

    #[test]
    fn json_is_read_too() {
        let json = br#"{"a": "x", "m": {"k": "v", "n": null}, "s": 5}"#.to_vec();
        let value = DynamicValue {
            json,
            msgpack: Vec::new(),
        };
        let block = Block::read(Some(&value)).unwrap().unwrap();
        let map = BTreeMap::from([("k".to_owned(), "v".to_owned())]);
        assert_eq!(block.map("m").unwrap(), Given::Known(map));
        assert_eq!(block.text("a").unwrap(), Given::Known("x".into()));
    }

    #[test]
    fn what_is_no_block_is_an_error() {
        assert_eq!(Block::read(Some(&null())).unwrap(), None);
        let bytes = |msgpack: &[u8]| DynamicValue {
            msgpack: msgpack.to_vec(),
            json: Vec::new(),
        };
        for msgpack in [&[][..], &[0x93, 1], &[0x01]] {
            assert!(Block::read(Some(&bytes(msgpack))).is_err(), "{msgpack:?}");
        }
        assert!(Block::read(None).is_err());
    }

    #[test]
    fn blocks_have_all_their_attributes() {
        let mut block = Block::default();
        block.set("a", "x");
        block.set("gone", "x");
        let written = block.of_names(["a", "b"]).write();
        let wanted = Value::Map(vec![("a".into(), "x".into()), ("b".into(), Value::Nil)]);
        assert_eq!(written, write(&wanted));
    }
}
