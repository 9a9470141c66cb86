//! HTTP/1.1 as the servers of the tests need it.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read};
use std::net::TcpStream;

/// A request as it came. Names of headers are in lower case.
pub struct Request {
    pub method: String,
    pub path: String,
    pub query: String,
    pub headers: HashMap<String, String>,
    pub body: Vec<u8>,
}

/// What a request is for, as scripts name it: `PUT binstore`, `POST version`, …
pub fn kind(method: &str, path: &str) -> String {
    let parts = path
        .split("/artifacts/")
        .nth(1)
        .map_or(0, |rest| rest.split('/').count());
    let what = if path.contains("/_binstore") {
        "binstore"
    } else if method == "POST" && parts == 3 {
        "version"
    } else if path.ends_with("/authenticate") {
        "authenticate"
    } else if path.ends_with("/search") {
        "search"
    } else if path.ends_with("/file") {
        "file"
    } else {
        "artifact"
    };
    format!("{method} {what}")
}

/// Reads a request; none if the client has no more.
pub fn read_request(reader: &mut BufReader<TcpStream>) -> std::io::Result<Option<Request>> {
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let mut words = line.split_whitespace().map(str::to_owned);
    let (method, target) = (words.next().unwrap(), words.next().unwrap());
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    let mut headers = HashMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(": ") else {
            break;
        };
        headers.insert(name.to_lowercase(), value.to_owned());
    }
    let mut body = Vec::new();
    if headers
        .get("transfer-encoding")
        .is_some_and(|coding| coding == "chunked")
    {
        read_chunks(reader, &mut body)?;
    } else if let Some(length) = headers.get("content-length") {
        body.resize(length.parse().unwrap(), 0);
        reader.read_exact(&mut body)?;
    }
    Ok(Some(Request {
        path: path.to_owned(),
        query: query.to_owned(),
        method,
        headers,
        body,
    }))
}

fn read_chunks(reader: &mut BufReader<TcpStream>, body: &mut Vec<u8>) -> std::io::Result<()> {
    loop {
        let mut size = String::new();
        reader.read_line(&mut size)?;
        let size = u64::from_str_radix(size.split(';').next().unwrap().trim(), 16).unwrap();
        reader.by_ref().take(size).read_to_end(body)?;
        reader.read_line(&mut String::new())?;
        if size == 0 {
            return Ok(());
        }
    }
}

/// A method as it is sent.
pub fn method_name(method: atlas_host::Method) -> &'static str {
    match method {
        atlas_host::Method::Get => "GET",
        atlas_host::Method::Head => "HEAD",
        atlas_host::Method::Patch => "PATCH",
        atlas_host::Method::Post => "POST",
        atlas_host::Method::Put => "PUT",
    }
}
