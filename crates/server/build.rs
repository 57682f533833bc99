//! Lists the files of the built dashboard for `src/web.rs`; without a build there are none.
//!
//! `make web` touches this file, so that a server that was built before the dashboard is built
//! again with it.

use std::{
    env,
    fmt::Write as _,
    fs, io,
    path::{Path, PathBuf},
};

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let dist = root.join("../../web/dist");
    let mut files = Vec::new();
    if dist.join("index.html").is_file() {
        collect(&dist.canonicalize()?, "", &mut files)?;
        tell(&format!("cargo::rerun-if-changed={}", dist.display()));
    }
    tell("cargo::rerun-if-changed=build.rs");
    files.sort();
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    fs::write(out.join("web.rs"), copied(&files, &out.join("web"))?)
}

/// Copies the files, as a dashboard that is built again meanwhile takes its old ones away, and lists
/// the copies.
fn copied(files: &[(String, PathBuf)], folder: &Path) -> io::Result<String> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder)?;
    let mut code = String::from("static FILES: Files = &[\n");
    for (number, (name, path)) in files.iter().enumerate() {
        let copy = folder.join(number.to_string());
        fs::copy(path, &copy)?;
        let _ = writeln!(code, "    ({name:?}, include_bytes!({:?})),", copy.display().to_string());
    }
    code.push_str("];\n");
    Ok(code)
}

/// All files below a folder but hidden ones, by the name a browser asks for.
fn collect(folder: &Path, before: &str, files: &mut Vec<(String, PathBuf)>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let Ok(name) = entry.file_name().into_string() else { continue };
        if name.starts_with('.') {
            continue;
        }
        let shown = format!("{before}{name}");
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), &format!("{shown}/"), files)?;
        } else {
            files.push((shown, entry.path()));
        }
    }
    Ok(())
}

/// How a build script speaks to cargo.
#[allow(clippy::print_stdout)]
fn tell(line: &str) {
    println!("{line}");
}
