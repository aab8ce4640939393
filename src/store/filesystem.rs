//! On what kind of file system a database lies: on one of a network, locks and syncs are not what they seem, and the
//! write-ahead log cannot be used (R11; sqlite.org/wal.html).

use std::path::Path;

/// A kind of file system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Kind {
    pub(super) name: String,
    pub(super) is_network: bool,
}

/// Magic numbers of statfs(2), with names; true for those that reach over a network.
#[cfg(target_os = "linux")]
const KINDS: [(u64, &str, bool); 17] = [
    (0x6969, "nfs", true),
    (0x517b, "smb", true),
    (0xff53_4d42, "cifs", true),
    (0xfe53_4d42, "smb2", true),
    (0x0102_1997, "9p", true),
    (0x0bd0_0bd0, "lustre", true),
    (0x00c3_6400, "ceph", true),
    (0x4750_4653, "gpfs", true),
    (0x5346_414f, "afs", true),
    (0x7375_7245, "coda", true),
    (0x6573_5546, "fuse", false),
    (0xef53, "ext4", false),
    (0x5846_5342, "xfs", false),
    (0x9123_683e, "btrfs", false),
    (0x0102_1994, "tmpfs", false),
    (0x2fc1_2fc1, "zfs", false),
    (0x794c_7630, "overlay", false),
];

/// The kind on which `path` lies; `None` where the system does not tell.
#[cfg(target_os = "linux")]
pub(super) fn kind_of(path: &Path) -> Option<Kind> {
    let number = rustix::fs::statfs(path).ok()?.f_type;
    // The number is signed here and unsigned there; its 32 bits count.
    Some(named((number as u64) & 0xffff_ffff))
}

#[cfg(not(target_os = "linux"))]
pub(super) fn kind_of(_: &Path) -> Option<Kind> {
    None
}

#[cfg(target_os = "linux")]
fn named(number: u64) -> Kind {
    match KINDS.iter().find(|(magic, ..)| *magic == number) {
        Some((_, name, is_network)) => Kind { name: (*name).to_owned(), is_network: *is_network },
        None => Kind { name: format!("kind {number:x}"), is_network: false },
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn network_file_systems_are_known_by_their_numbers() {
        for (number, name) in
            [(0x6969, "nfs"), (0xff53_4d42, "cifs"), (0xfe53_4d42, "smb2"), (0x0102_1997, "9p")]
        {
            assert_eq!(named(number), Kind { name: name.to_owned(), is_network: true });
        }
        assert!(!named(0xef53).is_network && !named(0x1234_5678).is_network);
        let folder = tempfile::tempdir().unwrap();
        assert!(kind_of(folder.path()).is_some());
    }
}
