//! `POST`, `PATCH`, `HEAD` and `DELETE /_binstore/{key}`: the file of a version, in pieces that
//! survive a bad line (draft-ietf-httpbis-resumable-upload).
//!
//! A version that has an `upload_path` has `"upload_protocol": "resumable"` beside it. This says that
//! the `upload_path` is itself the upload resource of the draft, and no 1xx answer is needed:
//! - POST or PUT with `Upload-Complete: ?0`, and `Upload-Length` where it is known, begins an upload:
//!   201. It begins anew if there was one before. A body is its first piece; it may be empty.
//! - PATCH with `Upload-Offset`, `Upload-Complete` and the type `application/partial-upload` adds a
//!   piece: 204, and for the last one 200 with the answer of a plain PUT.
//! - HEAD tells after a break where to go on; a complete upload is told as that.
//! - DELETE gives up what has come.
//!
//! What has come is kept across restarts, and dropped when it was not used for a day; then, as
//! before the beginning, all but POST and PUT are answered 404.

use std::io::ErrorKind;

use axum::{
    Json,
    body::Body,
    extract::State,
    http::{
        HeaderMap, StatusCode,
        header::{CACHE_CONTROL, LOCATION},
    },
    response::{IntoResponse, Response},
};
use tokio::task::spawn_blocking;

use super::{
    answers::Uploading,
    body,
    error::ApiError,
    header_names::{REPR_DIGEST, UPLOAD_LENGTH},
    problem::Problem,
    registry::{App, Registry},
    upload_headers::{Piece, integer, limit, piece_size, state, upload_complete},
    upload_requests::{FileJson, Key, UNKNOWN, again, in_order},
};
use crate::{
    database::{Attached, Begun, Blob, PartialUpload},
    partial_file::{End, Hashed, PartialFile},
    turns::Turn,
    version::Checksum,
};

/// Begins an upload in pieces. A POST of a whole file is none of Atlas's requests.
#[utoipa::path(post, path = "/_binstore/{key}", operation_id = "begin_upload", tag = "files", security(()),
    params(
        ("Upload-Complete" = String, Header, pattern = r"^ *\?0 *(;.*)?$", description = "`?0`"),
        ("Upload-Length" = Option<u64>, Header, description = "The length of the whole file")),
    request_body(content = ref("#/components/schemas/Bytes"), content_type = "application/octet-stream"),
    responses((status = 201, description = "The upload has begun"), Uploading))]
pub(super) async fn post(
    State(app): State<App>,
    key: Key,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    if upload_complete(&headers) != Some(false) {
        return Err(ApiError::MethodNotAllowed);
    }
    in_order(create(app, key, headers, body)).await
}

/// Adds a piece.
#[utoipa::path(patch, path = "/_binstore/{key}", operation_id = "append_upload", tag = "files", security(()),
    params(
        ("Upload-Offset" = u64, Header, description = "Where the piece begins"),
        ("Upload-Complete" = String, Header, pattern = r"^ *\?[01] *(;.*)?$", description = "`?1` for the last piece, else `?0`"),
        ("Upload-Length" = Option<u64>, Header, description = "The length of the whole file")),
    request_body(content = ref("#/components/schemas/Bytes"), content_type = "application/partial-upload"),
    responses((status = 200, description = "The file has come", body = FileJson), (status = 204, description = "The piece has come"), Uploading))]
pub(super) async fn patch(
    State(app): State<App>,
    key: Key,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    in_order(append(app, key, headers, body)).await
}

/// Tells where an upload goes on, in `Upload-Offset`.
#[utoipa::path(head, path = "/_binstore/{key}", operation_id = "show_upload", tag = "files", security(()),
    responses((status = 204, description = "What has come"), Uploading))]
pub(super) async fn head(State(app): State<App>, Key(key): Key) -> Result<Response, ApiError> {
    let turn = app.turns.take(&key).await;
    let no_store = [(CACHE_CONTROL, "no-store")];
    if let Some(file) = app
        .database
        .upload(&key)
        .await?
        .and_then(|upload| upload.file)
    {
        app.turns.forget(&key, turn);
        let length = [(UPLOAD_LENGTH, file.size.to_string())];
        let digest = file.repr_digest().map(|digest| [(REPR_DIGEST, digest)]);
        let about = (no_store, digest, state(true, file.size), length);
        return Ok((StatusCode::NO_CONTENT, about).into_response());
    }
    let Some((partial, file)) = under_way(&app, &key, &turn).await? else {
        app.turns.forget(&key, turn);
        return Err(UNKNOWN);
    };
    let offset = blocking(move || file.sync().map(|()| file.size())).await?;
    let length = partial.length;
    let length = length.map(|length| [(UPLOAD_LENGTH, length.to_string())]);
    Ok((
        StatusCode::NO_CONTENT,
        no_store,
        state(false, offset),
        length,
        limit(&app),
    )
        .into_response())
}

/// Gives up what has come.
#[utoipa::path(delete, path = "/_binstore/{key}", operation_id = "give_up_upload", tag = "files", security(()),
    responses((status = 204, description = "It is given up"), Uploading))]
pub(super) async fn delete(State(app): State<App>, Key(key): Key) -> Result<Response, ApiError> {
    in_order(async move {
        let turn = app.turns.take(&key).await;
        let upload = app.database.upload(&key).await?;
        let blob = app.database.end_partial_upload(&key).await?;
        app.turns.forget(&key, turn);
        if upload.is_some_and(|upload| upload.file.is_some()) {
            return Err(Problem::Completed.into());
        }
        app.blobs.discard(&blob.ok_or(UNKNOWN)?).await?;
        Ok(StatusCode::NO_CONTENT.into_response())
    })
    .await
}

/// Begins an upload, and takes its first piece.
pub(super) async fn create(
    app: App,
    Key(key): Key,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let begun = begin(&app, &key, &headers).await;
    let (mut turn, file, size) = match begun {
        Ok(begun) => begun,
        Err(refusal) => {
            body::discard(body).await;
            return Err(refusal);
        }
    };
    let (file, _) = fill(&app, &key, &mut turn, file, body, size).await?;
    let location = [(LOCATION, format!("/_binstore/{key}"))];
    let about = (state(false, file.size()), limit(&app));
    Ok((StatusCode::CREATED, location, about).into_response())
}

async fn begin(
    app: &Registry,
    key: &str,
    headers: &HeaderMap,
) -> Result<(Turn, PartialFile, u64), ApiError> {
    let directory = app.blobs.directory().ok_or(UNKNOWN)?;
    let upload = app.database.upload(key).await?.ok_or(UNKNOWN)?;
    let size = piece_size(headers)?;
    let length = integer(headers, UPLOAD_LENGTH);
    if length.is_some_and(|length| length < size) {
        return Err(Problem::InconsistentLength.into());
    }
    if upload.file.is_some() {
        return Err(Problem::Completed.into());
    }
    app.has_room(key, length.unwrap_or(size)).await?;
    let mut turn = app.turns.take(key).await;
    let blob = directory.begin_partial()?;
    let path = directory.path(&blob);
    let partial = PartialUpload { blob, length };
    match app.database.begin_partial_upload(key, &partial).await? {
        Begun::Done { abandoned: None } => {}
        Begun::Done {
            abandoned: Some(before),
        } => directory.discard(&before)?,
        Begun::NotWaiting => {
            directory.discard(&partial.blob)?;
            let upload = app.database.upload(key).await?;
            app.turns.forget(key, turn);
            return Err(upload.map_or(UNKNOWN, |_| Problem::Completed.into()));
        }
    }
    *turn.hashed = Hashed::default();
    match PartialFile::open(&path, Hashed::default()) {
        Ok(file) => Ok((turn, file, size)),
        // It went with its version, which has just been deleted.
        Err(error) if error.kind() == ErrorKind::NotFound => Err(UNKNOWN),
        Err(error) => Err(error.into()),
    }
}

async fn append(
    app: App,
    Key(key): Key,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let opened = async {
        let piece = Piece::read(&headers)?;
        let (turn, partial, file) = open(&app, &key, &piece).await?;
        Ok((piece, turn, partial, file))
    };
    let (piece, mut turn, partial, file) = match opened.await {
        Ok(opened) => opened,
        Err(refusal) => {
            body::discard(body).await;
            return Err(refusal);
        }
    };
    let (mut file, offset) = fill(&app, &key, &mut turn, file, body, piece.size).await?;
    if !piece.is_last {
        let about = (state(false, offset), limit(&app));
        return Ok((StatusCode::NO_CONTENT, about).into_response());
    }
    let checksum = blocking(move || file.checksum()).await?;
    let finished = finish(&app, &key, partial.blob, checksum).await;
    app.turns.forget(&key, turn);
    let digest = checksum.repr_digest();
    let digest = digest.map(|digest| [(REPR_DIGEST, digest)]);
    let about = (state(true, offset), digest);
    let body = finished.map(|file| Json(FileJson::from(file)));
    // What is wrong now is wrong with the file, which has come completely.
    Ok((about, body).into_response())
}

/// Opens the file that a piece is for, if it fits.
async fn open(
    app: &Registry,
    key: &str,
    piece: &Piece,
) -> Result<(Turn, PartialUpload, PartialFile), ApiError> {
    let turn = app.turns.take(key).await;
    let upload = app.database.upload(key).await?;
    if upload.is_some_and(|upload| upload.file.is_some()) {
        app.turns.forget(key, turn);
        return Err(match piece.size {
            0 => Problem::Completed.into(),
            _ => Problem::InconsistentLength.into(),
        });
    }
    let Some((partial, file)) = under_way(app, key, &turn).await? else {
        app.turns.forget(key, turn);
        return Err(UNKNOWN);
    };
    if piece.offset != file.size() {
        return Err(Problem::MismatchingOffset {
            expected: file.size(),
            provided: piece.offset,
        }
        .into());
    }
    let length = piece.whole_length(partial.length)?;
    if length != partial.length
        && let Some(length) = length
    {
        app.database.set_length(key, length).await?;
    }
    Ok((turn, partial, file))
}

/// The upload that is under way, if there is one.
async fn under_way(
    app: &Registry,
    key: &str,
    turn: &Turn,
) -> Result<Option<(PartialUpload, PartialFile)>, ApiError> {
    let Some(directory) = app.blobs.directory() else {
        return Ok(None);
    };
    let Some(partial) = app.database.partial_upload(key).await? else {
        return Ok(None);
    };
    match PartialFile::open(&directory.path(&partial.blob), turn.hashed.clone()) {
        Ok(file) => Ok(Some((partial, file))),
        // A power cut may take a file away that was just made. What is lost is not gone on with.
        Err(error) if error.kind() == ErrorKind::NotFound => {
            app.database.end_partial_upload(key).await?;
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}

/// Takes a piece of this size, and tells the offset after it.
async fn fill(
    app: &Registry,
    key: &str,
    turn: &mut Turn,
    file: PartialFile,
    body: Body,
    size: u64,
) -> Result<(PartialFile, u64), ApiError> {
    let before = file.size();
    let (file, end) = file.append(body, turn.over()).await?;
    *turn.hashed = file.hashed();
    // Its lifetime counts from now.
    app.database.partial_upload(key).await?;
    let received = file.size() - before;
    match end {
        End::Stopped => Err(ApiError::TakenOver),
        End::Complete if received == size => {
            let offset = file.size();
            Ok((file, offset))
        }
        End::Complete | End::Broken => Err(ApiError::Malformed(format!(
            "The piece is incomplete: {received} bytes came of {size}"
        ))),
    }
}

/// Makes a complete file the version's.
async fn finish(
    app: &Registry,
    key: &str,
    name: String,
    checksum: Checksum,
) -> Result<Checksum, ApiError> {
    let blob = Blob { name, checksum };
    match app.database.attach(key, &blob).await? {
        Attached::Done { .. } => Ok(checksum),
        Attached::Before(file) => {
            app.blobs.discard(&blob.name).await?;
            again(file, checksum)
        }
        Attached::Gone => {
            app.blobs.discard(&blob.name).await?;
            Err(UNKNOWN)
        }
    }
}

/// Does work with the disk where nobody else waits for it.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> std::io::Result<T> + Send + 'static,
) -> Result<T, ApiError> {
    Ok(spawn_blocking(work).await.map_err(std::io::Error::from)??)
}
