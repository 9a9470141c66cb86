//! What may be left out.

/// What a key or a variable that may be left out gives.
pub(super) enum Given<T> {
    /// This.
    Value(T),
    /// Nothing: it is missing, or its text is empty.
    Nothing,
    /// Something that can't be used.
    Reported,
}
