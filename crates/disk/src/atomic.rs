//! Writing a whole file so that its name never stands for half of it.

use std::{io, path::Path};

use crate::{DataDir, Fs};

/// Writes `bytes` beside `path`, syncs, renames over `path` and syncs the folder. When it returns
/// the file is durable; when it fails the old file, or none, is there.
pub fn write_atomic(fs: &dyn Fs, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let unfinished = DataDir::unfinished(path);
    match fs.remove(&unfinished) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
        _ => {}
    }
    let result = fs.create(&unfinished).and_then(|file| {
        file.write_all_at(bytes, 0)?;
        file.sync()
    });
    if let Err(error) = result {
        let _ = fs.remove(&unfinished);
        return Err(error);
    }
    fs.rename(&unfinished, path)?;
    fs.sync_dir(path.parent().unwrap_or(Path::new(".")))
}
