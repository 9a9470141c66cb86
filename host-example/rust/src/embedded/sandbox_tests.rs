//! Guests that do what they must not.

use std::time::{Duration, Instant};

use wasmtime::component::{Component, ComponentNamedList, Lift, Linker};

use super::Sandbox;
use crate::error::Error;
use crate::runtime::component::{add_wasi, engine};

/// Runs a component that exports `run`, whose core code is given.
async fn run(sandbox: Sandbox, core: &str) -> Result<(), Error> {
    let text = format!(
        r#"(component
            (core module $code {core})
            (core instance $code (instantiate $code))
            (func (export "run") (canon lift (core func $code "run"))))"#
    );
    call(sandbox, &text).await
}

/// Runs a component that exports `run`, which returns a value of this type; its core code gives the
/// address of that value.
async fn run_returning<T>(sandbox: Sandbox, result: &str, core: &str) -> Result<T, Error>
where
    (T,): Lift + ComponentNamedList + Send + Sync + 'static,
{
    let text = format!(
        r#"(component
            (core module $code {core})
            (core instance $code (instantiate $code))
            (func (export "run") (result {result})
                (canon lift (core func $code "run") (memory (core memory $code "memory")))))"#
    );
    let (value,) = call::<(T,)>(sandbox, &text).await?;
    Ok(value)
}

async fn call<T>(sandbox: Sandbox, text: &str) -> Result<T, Error>
where
    T: Lift + ComponentNamedList + Send + Sync + 'static,
{
    let engine = engine()?;
    let component = Component::new(&engine, text).unwrap();
    let mut linker = Linker::new(&engine);
    add_wasi(&mut linker).unwrap();
    let mut store = sandbox.store(&engine)?;
    let instance = linker.instantiate_async(&mut store, &component).await;
    let instance = instance.map_err(|error| store.data().explain("instantiate", &error))?;
    let run = instance.get_typed_func::<(), T>(&mut store, "run").unwrap();
    store.data_mut().start_call();
    let result = run.call_async(&mut store, ()).await;
    result.map_err(|error| store.data().explain("run", &error))
}

#[tokio::test]
async fn one_that_does_nothing_is_fine() {
    let core = r#"(func (export "run"))"#;
    assert!(run(Sandbox::new(), core).await.is_ok());
}

#[tokio::test]
async fn one_that_does_not_come_back_is_stopped() {
    let core = r#"(func (export "run") (loop br 0))"#;
    let limit = Duration::from_millis(100);
    let started = Instant::now();
    let error = run(Sandbox::new().deadline(limit), core).await.unwrap_err();
    assert!(
        matches!(error, Error::Deadline { call: "run", .. }),
        "{error}"
    );
    assert!(started.elapsed() >= limit);
    assert!(started.elapsed() < Duration::from_secs(30));
}

#[tokio::test]
async fn one_that_does_not_come_back_lets_others_work() {
    let core = r#"(func (export "run") (loop br 0))"#;
    let guest = run(Sandbox::new(), core);
    let given_up = tokio::time::timeout(Duration::from_millis(100), guest).await;
    assert!(given_up.is_err(), "the time-out had no chance");
}

#[tokio::test]
async fn one_that_takes_all_memory_is_stopped() {
    let core = r#"(memory 1) (func (export "run")
        (loop (br_if 0 (i32.ne (memory.grow (i32.const 16)) (i32.const -1)))) unreachable)"#;
    let error = run(Sandbox::new(), core).await.unwrap_err();
    assert!(
        matches!(
            error,
            Error::Memory {
                limit: 67_108_864,
                ..
            }
        ),
        "{error}"
    );
}

#[tokio::test]
async fn one_that_begins_with_too_much_memory_is_refused() {
    let core = r#"(memory 32) (func (export "run"))"#;
    let sandbox = Sandbox::new().memory(1024 * 1024);
    let error = run(sandbox, core).await.unwrap_err();
    assert!(
        matches!(
            error,
            Error::Memory {
                call: "instantiate",
                ..
            }
        ),
        "{error}"
    );
}

#[tokio::test]
async fn one_that_breaks_is_reported() {
    let core = r#"(func (export "run") unreachable)"#;
    let error = run(Sandbox::new(), core).await.unwrap_err();
    assert!(matches!(error, Error::Trap { call: "run", .. }), "{error}");
    assert!(error.to_string().contains("unreachable"), "{error}");
}

#[tokio::test]
async fn one_that_returns_a_list_may_do_so() {
    let core = r#"(memory (export "memory") 1) (data (i32.const 0) "\08\00\00\00\02\00\00\00ab")
        (func (export "run") (result i32) (i32.const 0))"#;
    let list = run_returning::<Vec<u8>>(Sandbox::new(), "(list u8)", core).await;
    assert_eq!(list.unwrap(), b"ab");
}

#[tokio::test]
async fn one_that_returns_a_list_longer_than_its_memory_is_stopped() {
    let core = r#"(memory (export "memory") 1) (data (i32.const 0) "\08\00\00\00\ff\ff\ff\7f")
        (func (export "run") (result i32) (i32.const 0))"#;
    let error = run_returning::<Vec<u8>>(Sandbox::new(), "(list u8)", core).await;
    let error = error.unwrap_err();
    assert!(matches!(error, Error::Trap { call: "run", .. }), "{error}");
}

/// Strings that are all the same 48 MiB. A million of them are 48 TiB, if somebody copies them.
#[tokio::test]
async fn one_that_returns_the_same_bytes_over_and_over_is_stopped() {
    for count in [2, 1_000_000] {
        returns_the_same_bytes(count).await;
    }
}

async fn returns_the_same_bytes(count: u32) {
    let core = r#"(memory (export "memory") 900)
        (func (export "run") (result i32) (local $at i32)
            (i32.store (i32.const 0) (i32.const 8))
            (i32.store (i32.const 4) (i32.const COUNT))
            (local.set $at (i32.const 8))
            (loop $again
                (i32.store (local.get $at) (i32.const 8000008))
                (i32.store offset=4 (local.get $at) (i32.const 50000000))
                (local.set $at (i32.add (local.get $at) (i32.const 8)))
                (br_if $again (i32.lt_u (local.get $at) (i32.const 8000008))))
            (i32.const 0))"#;
    let core = core.replace("COUNT", &count.to_string());
    let error = run_returning::<Vec<String>>(Sandbox::new(), "(list string)", &core).await;
    let error = error.unwrap_err();
    assert!(matches!(error, Error::Trap { call: "run", .. }), "{error}");
}
