//! Disks that become full: a small one of its own, where the test may mount one, and a limit on the size
//! of a process's files, which every user may set.

use std::fs::File;
use std::io::Write;
use std::path::PathBuf;
use std::process::Command;

use rustix::process::{Pid, Resource, Rlimit, prlimit};

/// A file system of a few megabytes in memory.
pub(crate) struct SmallDisk {
    folder: PathBuf,
}

impl SmallDisk {
    /// Mounts one at a folder; `None` where the test may not.
    pub(crate) fn mount(folder: PathBuf) -> Option<Self> {
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", "size=8m,mode=755", "tmpfs"]).arg(&folder);
        let mounted = mount.output().is_ok_and(|output| output.status.success());
        mounted.then_some(Self { folder })
    }

    /// Uses all its space.
    pub(crate) fn fill(&self) {
        let mut ballast = File::create(self.folder.join("ballast")).expect("a file");
        let mut block = vec![0; 4096];
        while !block.is_empty() {
            if ballast.write_all(&block).is_err() {
                block.truncate(block.len() / 2);
            }
        }
    }

    /// Gives the space back.
    pub(crate) fn make_space(&self) {
        std::fs::remove_file(self.folder.join("ballast")).expect("removed");
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        drop(Command::new("umount").arg("--lazy").arg(&self.folder).output());
    }
}

/// From now on no file of a process may grow beyond so many bytes; `None` lifts the limit. The process
/// must ignore SIGXFSZ.
pub(crate) fn limit_files(process: Pid, bytes: Option<u64>) {
    prlimit(Some(process), Resource::Fsize, Rlimit { current: bytes, maximum: None }).expect("a limit");
}
