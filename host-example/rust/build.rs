//! Builds the component and compiles it ahead of time, so that the host starts in milliseconds. A program
//! for WASI is composed with the component instead.

#[cfg(feature = "embedded")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    use std::fs;
    use std::path::PathBuf;

    let package = PathBuf::from(variable("CARGO_MANIFEST_DIR")?);
    let out = PathBuf::from(variable("OUT_DIR")?);
    println!("cargo:rerun-if-changed=build.rs");
    // In a package of its own the component lies beside the manifest.
    let beside = package.join("component.wasm");
    let wasm = if beside.is_file() {
        println!("cargo:rerun-if-changed={}", beside.display());
        fs::read(beside)?
    } else {
        let workspace = fs::canonicalize(package.join("../.."))?;
        for part in ["src", "wit", "Cargo.toml", "Cargo.lock"] {
            println!("cargo:rerun-if-changed={}", workspace.join(part).display());
        }
        // Beside all that cargo builds: with other features of this package, it is not built again.
        let shared = out.ancestors().nth(3).unwrap_or(&out);
        atlas_wasm_build::component(&workspace, &shared.join("component"))?
    };

    // Naming the target keeps to what every machine of that kind can run, not just this one.
    let target = variable("TARGET")?;
    let precompiled = atlas_engine::precompile(&wasm, &target.to_string_lossy());
    let precompiled = precompiled.map_err(|error| {
        let help = "for a machine of another kind than this one, atlas-host needs its feature `cross-compile`";
        format!(
            "the component can't be compiled for {}: {error} ({help})",
            target.display()
        )
    })?;

    fs::write(out.join("atlas_post_processor.wasm"), wasm)?;
    fs::write(out.join("atlas_post_processor.cwasm"), precompiled)?;
    Ok(())
}

/// What cargo tells a build script.
#[cfg(feature = "embedded")]
fn variable(name: &str) -> Result<std::ffi::OsString, String> {
    std::env::var_os(name).ok_or_else(|| format!("cargo sets no {name}"))
}

#[cfg(not(feature = "embedded"))]
fn main() {
    println!("cargo:rerun-if-changed=build.rs");
}
