//! Checks of the file: it loads, exports the symbol and nothing else, and has a matching version, size and layout.

use anyhow::{Context, bail, ensure};
use iota_scripts_abi::C_SYMBOL;
use iota_scripts_host::{Library, OpenFile};
use object::{Object, ObjectSymbol};

use super::{Entry, Subject};

pub(super) const CHECKS: &[Entry] = &[
    ("The file is a dynamic library that loads with RTLD_NOW", loads),
    ("It has the C symbol, and the table behind it has this version and size", has_the_table),
    ("The symbol gives the same table every time", same_table),
    ("The layout of its abi_stable root module is this host's", has_the_layout),
    ("It exports the symbols of the contract and no other", exports_only_the_contract),
];

fn loads(subject: &Subject) -> anyhow::Result<()> {
    OpenFile::open(&subject.library)?;
    Ok(())
}

fn has_the_table(subject: &Subject) -> anyhow::Result<()> {
    OpenFile::open(&subject.library)?.module()?;
    Ok(())
}

fn same_table(subject: &Subject) -> anyhow::Result<()> {
    let file = OpenFile::open(&subject.library)?;
    ensure!(file.module()?.is(file.module()?), "two calls gave two tables");
    Ok(())
}

fn has_the_layout(subject: &Subject) -> anyhow::Result<()> {
    Library::open(&subject.library)?;
    Ok(())
}

fn exports_only_the_contract(subject: &Subject) -> anyhow::Result<()> {
    let bytes = std::fs::read(&subject.library)?;
    let elf = object::File::parse(bytes.as_slice()).context("its symbols cannot be read")?;
    let exported = elf.dynamic_symbols().filter(|symbol| symbol.is_definition() && symbol.is_global());
    let names: Vec<String> = exported.filter_map(|symbol| symbol.name().ok().map(str::to_owned)).collect();
    let root = abi_stable::library::ROOT_MODULE_LOADER_NAME;
    let foreign: Vec<&str> = names.iter().map(String::as_str).filter(|name| ![C_SYMBOL, root].contains(name)).collect();
    let shown = foreign.iter().take(5).copied().collect::<Vec<_>>().join(", ");
    match foreign.len() {
        0 => Ok(()),
        1..=5 => bail!("it also exports {shown}"),
        more => bail!("it also exports {more} others: {shown}, …"),
    }
}
