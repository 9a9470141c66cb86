//! A whole host without our library, for artifacts without files: `bare COMPONENT TEMPLATE ARTIFACT`
#![allow(missing_docs, clippy::indexing_slicing)]
use std::{env, fs, io, thread::sleep, time::Duration, time::Instant};
use wasmtime::component::{Component, Linker, ResourceTable, bindgen};
use wasmtime::{Engine, Error, Result, Store};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView, p2};
bindgen!({ path: "../../wit", world: "post-processor", with: { "wasi": p2::bindings::sync } });
use atlas::post_processor::http::{Body, Request, Response, TransportError};
use atlas::post_processor::steps::{Achievement, Outcome, PackError, Step};
use atlas::post_processor::types::{Diagnostic, FileError, Run};
struct Host(WasiCtx, ResourceTable);
#[rustfmt::skip]
impl WasiView for Host {
    fn ctx(&mut self) -> WasiCtxView<'_> { WasiCtxView { ctx: &mut self.0, table: &mut self.1 } }
}
#[rustfmt::skip]
fn main() -> Result<()> {
    let [component, template, artifact] = [1, 2, 3].map(|n| env::args().nth(n).unwrap_or_default());
    let engine = Engine::default();
    let mut linker = Linker::new(&engine);
    p2::add_to_linker_sync(&mut linker)?;
    let given = ["ATLAS_TOKEN", "ATLAS_ADDRESS"].map(|name| (name, env::var(name).unwrap_or_default()));
    let wasi = WasiCtx::builder().envs(&given).build();
    let store = &mut Store::new(&engine, Host(wasi, ResourceTable::new()));
    let atlas = PostProcessor::instantiate(&mut *store, &Component::from_file(&engine, component)?, &linker)?;
    let wrong = |found: Vec<Diagnostic>| Error::msg(format!("{found:#?}"));
    let run = Run { template_path: None, working_directory: None, packer_version: None, started_at: None, variables: vec![] };
    let selected = atlas.atlas_post_processor_template().call_select(&mut *store, &fs::read(template)?, &run, None)?.map_err(wrong)?;
    let (artifact, _) = atlas.atlas_post_processor_artifacts().call_from_record(&mut *store, &fs::read(artifact)?)?.map_err(wrong)?;
    let transfer = atlas.atlas_post_processor_transfers().transfer();
    let it = atlas.atlas_post_processor_publishing().call_begin(&mut *store, &selected.post_processors, &selected.build, &artifact, None)?.map_err(wrong)?;
    loop {
        let (step, started) = (transfer.call_next(&mut *store, it)?, Instant::now());
        let outcome = match step {
            Step::Send(request) => send(&request).map_or_else(|e| Outcome::NoAnswer(TransportError::Other(e.to_string())), Outcome::Answered),
            Step::Pack(_) => Outcome::NotPacked(PackError::Storage(FileError::Other("this host packs nothing".into()))),
            Step::Wait(pause) => { sleep(Duration::from_millis(pause.ms)); Outcome::Waited }
            Step::Done(done) => { if let Achievement::Published(all) = done { all.iter().for_each(|receipt| println!("{}", receipt.slug)) } return Ok(()); }
            Step::Failed(failure) => return Err(Error::msg(failure.message)),
        };
        transfer.call_respond(&mut *store, it, &outcome, started.elapsed().as_millis() as u64)?;
    }
}

#[rustfmt::skip]
fn send(request: &Request) -> Result<Response, ureq::Error> {
    let time = |ms| Some(Duration::from_millis(ms));
    let config = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0).timeout_connect(time(request.connect_timeout_ms));
    let agent = config.timeout_per_read(time(request.idle_timeout_ms)).timeout_recv_response(time(request.answer_timeout_ms)).build().new_agent();
    let sending = ureq::http::Request::builder().method(["GET", "HEAD", "PATCH", "POST", "PUT"][request.method as usize]).uri(&request.url);
    let sending = request.headers.iter().fold(sending, |sending, header| sending.header(&header.name, &header.value));
    let (mut answer, sent) = match &request.body {
        Body::Empty => (agent.run(sending.body(())?)?, 0),
        Body::Bytes(bytes) => (agent.run(sending.body(&bytes[..])?)?, bytes.len() as u64),
        Body::Range(_) => return Err(io::Error::other("this host has no files").into()),
    };
    let headers = answer.headers().iter().map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into())).collect();
    let body = answer.body_mut().with_config().limit(request.response_limit).read_to_vec()?;
    Ok(Response { status: answer.status().as_u16(), headers, body, sent, sent_sha256: None, saved: None })
}
