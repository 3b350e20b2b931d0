# The same words as .ci/run, CONTRIBUTING.md and whoever talks of checks here. `just --list` shows them.

# What must hold before a change is taken, but for what takes long: minutes.
check:
    .ci/run format lint doc licences test doctest

# The tier `test`: Rust and a C compiler suffice.
test:
    cargo test --workspace

# The tier `conform`: other people's files, tables and programs. Installs what it needs.
conform:
    .ci/run conform

# The tier `endure`: properties with other cases, kills and losses of power, ten minutes of random requests, then the fuzz targets
# under the sanitizer, so many minutes in all. Needs cargo-fuzz.
endure minutes="30":
    PROPTEST_RNG_SEED=$(date +%s) cargo test --workspace
    tests/crash/run
    fuzz/requests
    fuzz/run --minutes {{minutes}}

# The core beside its peers, as ratios in one run. Needs libical 3.
bench *arguments:
    bench/run {{arguments}}

# The documentation, without warnings.
doc:
    .ci/run doc

# Everything that a change must pass.
ci:
    .ci/run

# The picture in README.md, drawn again from the program's output.
picture:
    UPDATE=1 cargo test -p kalends-tests --test readme
