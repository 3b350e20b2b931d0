//! Builds the peer that is written in C, and finds which versions we measure against.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn main() {
    let source = "peers/libical.c";
    println!("cargo:rerun-if-changed={source}");
    println!("cargo:rerun-if-changed=Cargo.lock");
    println!("cargo:rerun-if-env-changed=CC");

    let program = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it")).join("libical-peer");
    compile(Path::new(source), &program);
    println!("cargo:rustc-env=LIBICAL_PEER={}", program.display());
    println!("cargo:rustc-env=LIBICAL_VERSION={}", pkg_config("--modversion").trim());

    let lock = fs::read_to_string("Cargo.lock").expect("the lock file is committed");
    for (name, variable) in
        [("calcard", "CALCARD_VERSION"), ("icalendar", "ICALENDAR_VERSION"), ("rrule", "RRULE_VERSION")]
    {
        println!("cargo:rustc-env={variable}={}", locked_version(&lock, name));
    }
}

fn compile(source: &Path, program: &Path) {
    let compiler = env::var("CC").unwrap_or_else(|_| "cc".into());
    let status = Command::new(&compiler)
        .args(["-std=c11", "-D_GNU_SOURCE", "-O2", "-Wall", "-Wextra", "-Werror", "-o"])
        .arg(program)
        .arg(source)
        .args(pkg_config("--cflags").split_whitespace())
        .args(pkg_config("--libs").split_whitespace())
        .status()
        .unwrap_or_else(|error| panic!("cannot run the C compiler `{compiler}`: {error}"));
    assert!(status.success(), "`{compiler}` could not build {}", source.display());
}

fn pkg_config(question: &str) -> String {
    let output = Command::new("pkg-config")
        .args([question, "libical"])
        .output()
        .expect("pkg-config is needed to find libical");
    assert!(output.status.success(), "libical 3 with its headers is needed (Debian: libical-dev)");
    String::from_utf8(output.stdout).expect("pkg-config answers in ASCII")
}

fn locked_version(lock: &str, name: &str) -> String {
    let package = format!("name = \"{name}\"\nversion = \"");
    let start = lock.find(&package).expect("a dependency is in the lock file") + package.len();
    lock[start..].chars().take_while(|&letter| letter != '"').collect()
}
