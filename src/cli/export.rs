//! Writes the stored area as a folder.
use super::args::ExportArgs;
use super::change::location;
use super::failure::Failure;
use super::say;
use crate::formats::area::{self, Files};
use crate::store::{Access, Store, Times};
use anyhow::{Context, bail};
use std::fs;
use std::path::Path;

pub(super) async fn export(args: ExportArgs) -> Result<(), Failure> {
    must_be_free(&args.folder).map_err(Failure::general)?;
    let store = Store::open(&location(&args.database.database)?, Access::Read).await?;
    store.require_migrated().await?;
    let mut reading = store.read().await?;
    let times = reading.head().await?.times;
    let documents = reading.documents().await?;
    let places: Vec<_> = reading.features().await?.into_iter().map(|item| item.feature).collect();
    reading.close().await?;
    store.close().await;
    if times == Times::Rehearsed {
        return Err(Failure::Refused(vec![
            "the times in this database are made up, by a rehearsal: a folder of it could be taken for real"
                .to_owned(),
        ]));
    }
    if documents.is_empty() {
        return Err(Failure::Refused(vec![
            "the database holds no area yet; `promenade import` takes one in".to_owned(),
        ]));
    }
    write(&args.folder, &area::write(&documents, &places)).map_err(Failure::general)?;
    say(format_args!("written: {} places to {}", places.len(), args.folder.display()));
    Ok(())
}

fn must_be_free(folder: &Path) -> anyhow::Result<()> {
    match fs::read_dir(folder) {
        Ok(mut entries) => match entries.next() {
            Some(_) => bail!("{} is not empty: choose another folder", folder.display()),
            None => Ok(()),
        },
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error).with_context(|| format!("looking into {}", folder.display())),
    }
}

fn write(folder: &Path, files: &Files) -> anyhow::Result<()> {
    for (name, bytes) in files {
        let path = folder.join(name);
        let parent = path.parent().unwrap_or(folder);
        fs::create_dir_all(parent).with_context(|| format!("making the folder {}", parent.display()))?;
        fs::write(&path, bytes).with_context(|| format!("writing {}", path.display()))?;
    }
    Ok(())
}
