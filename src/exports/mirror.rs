//! The contract's types and the core's, which say the same, into each other.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::bindings::atlas::post_processor::{http as http_wit, steps as steps_wit, types as wit};
use super::bindings::exports::atlas::post_processor::{
    fetching as fetching_wit, publishing, reporting as reporting_wit, template as template_wit,
};
use crate::{
    artifact, atlas, delivery, diagnostic, fetching, file_error, post_processor, publication,
    reporting, run, steps, template,
};

/// The same in the other's type.
pub(super) trait Mirror<T> {
    /// The same in the other's type.
    fn mirror(self) -> T;
}

impl<A: Mirror<B>, B> Mirror<Vec<B>> for Vec<A> {
    fn mirror(self) -> Vec<B> {
        self.into_iter().map(Mirror::mirror).collect()
    }
}

impl<A: Mirror<B>, B> Mirror<Option<B>> for Option<A> {
    fn mirror(self) -> Option<B> {
        self.map(Mirror::mirror)
    }
}

impl<A: Mirror<B>, B, E: Mirror<F>, F> Mirror<Result<B, F>> for Result<A, E> {
    fn mirror(self) -> Result<B, F> {
        self.map(Mirror::mirror).map_err(Mirror::mirror)
    }
}

impl<A: Mirror<B>, B, C: Mirror<D>, D> Mirror<(B, D)> for (A, C) {
    fn mirror(self) -> (B, D) {
        (self.0.mirror(), self.1.mirror())
    }
}

/// Put in one by one: collecting would sort, with code that is larger than all that goes through it.
impl Mirror<BTreeMap<String, String>> for Vec<(String, String)> {
    fn mirror(self) -> BTreeMap<String, String> {
        let mut map = BTreeMap::new();
        map.extend(self);
        map
    }
}

impl Mirror<Vec<(String, String)>> for BTreeMap<String, String> {
    fn mirror(self) -> Vec<(String, String)> {
        self.into_iter().collect()
    }
}

/// What is the same on both sides.
macro_rules! same {
    ($($type:ty),*) => {
        $(impl Mirror<$type> for $type {
            fn mirror(self) -> $type {
                self
            }
        })*
    };
}

/// Records with the same fields, from one side to the other, or both ways.
macro_rules! record {
    ($from:ident::$f:ident => $to:ident::$t:ident { $($field:ident),* $(,)? }) => {
        impl Mirror<$to::$t> for $from::$f {
            fn mirror(self) -> $to::$t {
                $to::$t { $($field: self.$field.mirror()),* }
            }
        }
    };
    ($one:ident::$o:ident, $other:ident::$t:ident { $($field:ident),* $(,)? }) => {
        record!($one::$o => $other::$t { $($field),* });
        record!($other::$t => $one::$o { $($field),* });
    };
}

/// Variants with the same cases, from one side to the other.
macro_rules! variant {
    ($from:ident::$f:ident => $to:ident::$t:ident { $($case:ident $(($value:ident))?),* }) => {
        impl Mirror<$to::$t> for $from::$f {
            fn mirror(self) -> $to::$t {
                match self {
                    $($from::$f::$case $(($value))? => $to::$t::$case $(($value.mirror()))?),*
                }
            }
        }
    };
}

same!(String, bool, u8, u16, u32, u64);

variant!(diagnostic::Severity => wit::Severity { Error, Warning });
variant!(wit::Severity => diagnostic::Severity { Error, Warning });
variant!(diagnostic::Source => wit::Source { Template, Configuration, Variables, Artifact, Files, Checkpoint, Environment, Query });
variant!(wit::Source => diagnostic::Source { Template, Configuration, Variables, Artifact, Files, Checkpoint, Environment, Query });
record!(
    diagnostic::Position,
    wit::Position {
        line,
        column,
        length
    }
);
record!(wit::Diagnostic => reporting::Finding { severity, code, source, pointer, position, message, help });

impl Mirror<wit::Diagnostic> for diagnostic::Diagnostic {
    fn mirror(self) -> wit::Diagnostic {
        wit::Diagnostic {
            severity: self.severity.mirror(),
            code: self.code.as_str().into(),
            source: self.source.mirror(),
            pointer: self.pointer,
            position: self.position.mirror(),
            message: self.message,
            help: self.help,
        }
    }
}

variant!(wit::FileError => file_error::FileError { NotFound, AccessDenied, IsDirectory, NoSpace, InUse, Other(text) });

record!(
    run::Run,
    wit::Run {
        template_path,
        working_directory,
        packer_version,
        started_at,
        variables
    }
);
record!(
    run::Build,
    wit::Build {
        name,
        builder_type,
        run
    }
);
record!(
    post_processor::Origin,
    wit::Origin {
        pointer,
        line,
        column
    }
);
record!(
    post_processor::PostProcessor,
    wit::PostProcessor {
        config,
        origin,
        chained
    }
);
record!(
    artifact::Artifact,
    wit::Artifact {
        builder_id,
        id,
        files,
        metadata,
        artifact_type
    }
);
record!(template::Selection => template_wit::Selection { build, post_processors, warnings });

variant!(atlas::Method => http_wit::Method { Get, Head, Patch, Post, Put });
variant!(http_wit::Method => atlas::Method { Get, Head, Patch, Post, Put });
variant!(atlas::BodySource => http_wit::BodySource { File(path), Archive });
variant!(http_wit::BodySource => atlas::BodySource { File(path), Archive });
record!(
    atlas::ByteRange,
    http_wit::ByteRange {
        source,
        offset,
        length
    }
);
variant!(atlas::Body => http_wit::Body { Empty, Bytes(bytes), Range(range) });
variant!(http_wit::Body => atlas::Body { Empty, Bytes(bytes), Range(range) });
record!(
    atlas::Header,
    http_wit::Header {
        name,
        value,
        sensitive
    }
);

impl Mirror<String> for Cow<'static, str> {
    fn mirror(self) -> String {
        self.into_owned()
    }
}

impl Mirror<Cow<'static, str>> for String {
    fn mirror(self) -> Cow<'static, str> {
        self.into()
    }
}
record!(
    atlas::Request,
    http_wit::Request {
        purpose,
        method,
        url,
        sensitive_url,
        headers,
        body,
        connect_timeout_ms,
        idle_timeout_ms,
        answer_timeout_ms,
        response_limit,
        save_at,
        save_limit
    }
);
record!(http_wit::Saved => atlas::Saved { size, sha256, error });
record!(http_wit::Response => atlas::Response { status, headers, body, sent, sent_sha256, saved });
variant!(http_wit::TransportError => atlas::TransportError {
    Refused, Dns, Tls(text), Timeout, Interrupted, ResponseTooLarge, BodyUnreadable(error), BodyNotSaved(error), Other(text)
});

record!(steps_wit::RetryPolicy => delivery::RetryPolicy { attempts, timeout_ms });

impl Mirror<publication::Options> for publishing::Options {
    fn mirror(self) -> publication::Options {
        let retry: Option<delivery::RetryPolicy> = self.retry.mirror();
        publication::Options {
            retry: retry.unwrap_or_default(),
            confirm: self.confirm,
            checkpoint: self.checkpoint,
        }
    }
}

record!(steps::Pause, steps_wit::Pause { ms, reason });
record!(
    steps::Receipt,
    steps_wit::Receipt {
        slug,
        tag,
        artifact_type,
        version,
        id,
        url,
        size,
        sha256,
        confirmed
    }
);

impl Mirror<steps_wit::Failure> for steps::Failure {
    fn mirror(self) -> steps_wit::Failure {
        steps_wit::Failure {
            code: self.code.as_str().into(),
            message: self.message,
            published: self.published.mirror(),
        }
    }
}

record!(
    steps::Version,
    steps_wit::Version {
        slug,
        tag,
        artifact_type,
        version,
        id,
        metadata,
        url,
        size,
        sha256,
        amis,
        revoke_at
    }
);
record!(steps::Found, steps_wit::Found { version, field });
record!(
    steps::Download,
    steps_wit::Download {
        version,
        size,
        sha256,
        verified
    }
);
variant!(steps::Achievement => steps_wit::Achievement { Published(receipts), Found(found), Downloaded(download) });
variant!(steps_wit::Achievement => steps::Achievement { Published(receipts), Found(found), Downloaded(download) });
variant!(steps::Step => steps_wit::Step { Send(request), Pack(files), Wait(pause), Done(achievement), Failed(failure) });

impl Mirror<steps::PackError> for steps_wit::PackError {
    fn mirror(self) -> steps::PackError {
        match self {
            Self::Files(finding) => steps::PackError::Files(crate::diagnostic::sentence(
                &finding.message,
                finding.help.as_deref(),
            )),
            Self::Storage(error) => steps::PackError::Storage(error.mirror()),
        }
    }
}

variant!(steps_wit::Outcome => steps::Outcome {
    Answered(response), NoAnswer(error), Packed(size), NotPacked(error), Waited, NotKept(error)
});

record!(reporting_wit::Style => reporting::Style { color, width, verbosity });
record!(steps_wit::Failure => reporting::Failure { code, message, published });
variant!(reporting_wit::Ending => reporting::Ending { Valid, Refused, Done(achievement), Failed(failure) });
record!(reporting::Report => reporting_wit::Report { lines, messages, json, exit_status });

record!(fetching_wit::Field => fetching::Field { name, region });
record!(fetching_wit::Query => fetching::Query { slug, version, build, metadata, field });

impl Mirror<fetching::Options> for fetching_wit::Options {
    fn mirror(self) -> fetching::Options {
        let retry: Option<delivery::RetryPolicy> = self.retry.mirror();
        fetching::Options {
            address: self.address,
            token: self.token,
            retry: retry.unwrap_or_default(),
            checkpoint: self.checkpoint,
            saved: self.saved,
        }
    }
}
