//! Plain tests over the inputs of fuzz targets; every crate that has targets takes this file in.

use std::{fs, path::Path};

/// The name of a target, and what reads its bytes.
pub(super) type Target = (&'static str, fn(&[u8]));

/// Gives every seed, and every input that once found something, to its target.
pub(super) fn replay(targets: &[Target]) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz");
    for (name, target) in targets {
        let mut count = 0;
        for folder in ["seeds", "corpus"] {
            let Ok(entries) = fs::read_dir(root.join(folder).join(name)) else { continue };
            for entry in entries {
                let path = entry.unwrap().path();
                println!("{}", path.display());
                target(&fs::read(path).unwrap());
                count += 1;
            }
        }
        assert!(count > 0, "{name} has no inputs");
    }
}
