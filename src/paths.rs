//! Where the database and the configuration live.
//!
//! Knows the rules and nothing else: what the environment says comes in as [`Surroundings`], so that every rule is
//! a line in a table of tests. Creates nothing; whoever writes first makes the folders.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The folder of a project's own database; making it is how a project asks for one.
const PROJECT_FOLDER: &str = ".seamwalk";
/// The database's file name, in a project's folder and in the user's.
const DATABASE_FILE: &str = "seamwalk.db";
/// Our folder among the user's data and configuration.
const OWN_FOLDER: &str = "seamwalk";
/// The configuration's file name.
const CONFIG_FILE: &str = "config.toml";

/// What of the process's environment decides where files live.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Surroundings {
    /// `SEAMWALK_DB`; empty counts as unset.
    pub db: Option<OsString>,
    /// `SEAMWALK_CONFIG`; empty counts as unset.
    pub config: Option<OsString>,
    /// The current folder.
    pub here: Option<PathBuf>,
    /// The user's data folder: `$XDG_DATA_HOME`, else `~/.local/share`; `%APPDATA%` on Windows.
    pub data: Option<PathBuf>,
    /// The user's configuration folder: `$XDG_CONFIG_HOME`, else `~/.config`; `%APPDATA%` on Windows.
    pub settings: Option<PathBuf>,
}

impl Surroundings {
    /// Reads them from the process.
    #[must_use]
    pub fn of_process() -> Self {
        let folders = etcetera::choose_base_strategy().ok();
        Self {
            db: env::var_os("SEAMWALK_DB"),
            config: env::var_os("SEAMWALK_CONFIG"),
            here: env::current_dir().ok(),
            data: folders.as_ref().map(etcetera::BaseStrategy::data_dir),
            settings: folders.as_ref().map(etcetera::BaseStrategy::config_dir),
        }
    }
}

/// There is no place for the database: no option, no project folder, and no home folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("finding a place for the database: there is no home folder: name a file with --db")]
pub struct NoPlaceForDatabase;

/// The database: `option` (`--db`), else `SEAMWALK_DB`, else `.seamwalk/seamwalk.db` in the current folder or the
/// nearest parent that has a `.seamwalk` folder, else `seamwalk/seamwalk.db` in the user's data folder.
///
/// # Errors
///
/// [`NoPlaceForDatabase`] if none of these says a place.
pub fn database(option: Option<&Path>, around: &Surroundings) -> Result<PathBuf, NoPlaceForDatabase> {
    option
        .map(Path::to_path_buf)
        .or_else(|| named(around.db.as_ref()))
        .or_else(|| project_database(around.here.as_deref()?))
        .or_else(|| Some(around.data.as_ref()?.join(OWN_FOLDER).join(DATABASE_FILE)))
        .ok_or(NoPlaceForDatabase)
}

/// Where the configuration is, and whether somebody asked for that very file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Config {
    /// Named by option or environment: it must exist.
    Named(PathBuf),
    /// The usual place: it may be missing.
    Usual(PathBuf),
    /// There is no home folder, so the defaults count.
    Nowhere,
}

/// The configuration: `option` (`--config`), else `SEAMWALK_CONFIG`, else `seamwalk/config.toml` in the user's
/// configuration folder.
#[must_use]
pub fn config(option: Option<&Path>, around: &Surroundings) -> Config {
    if let Some(path) = option.map(Path::to_path_buf).or_else(|| named(around.config.as_ref())) {
        return Config::Named(path);
    }
    let usual = |folder: &PathBuf| Config::Usual(folder.join(OWN_FOLDER).join(CONFIG_FILE));
    around.settings.as_ref().map_or(Config::Nowhere, usual)
}

fn named(variable: Option<&OsString>) -> Option<PathBuf> {
    variable.filter(|value| !value.is_empty()).map(PathBuf::from)
}

fn project_database(here: &Path) -> Option<PathBuf> {
    let folder = here.ancestors().map(|above| above.join(PROJECT_FOLDER)).find(|folder| folder.is_dir())?;
    Some(folder.join(DATABASE_FILE))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn around() -> Surroundings {
        Surroundings { data: Some("/data".into()), settings: Some("/settings".into()), ..Default::default() }
    }

    #[test]
    fn the_option_wins_over_the_environment_and_that_over_the_user_s_folder() {
        let mut around = around();
        assert_eq!(database(None, &around), Ok(Path::new("/data").join("seamwalk").join("seamwalk.db")));
        around.db = Some("env.db".into());
        assert_eq!(database(None, &around), Ok("env.db".into()));
        assert_eq!(database(Some(Path::new("option.db")), &around), Ok("option.db".into()));
        around.db = Some(OsString::new());
        assert_eq!(database(None, &around), Ok(Path::new("/data").join("seamwalk").join("seamwalk.db")));
    }

    #[test]
    fn the_nearest_project_folder_above_wins_over_the_user_s_folder() {
        let top = tempfile::tempdir().unwrap();
        let below = top.path().join("a").join("b");
        std::fs::create_dir_all(&below).unwrap();
        let around = Surroundings { here: Some(below.clone()), ..around() };
        assert!(database(None, &around).unwrap().starts_with("/data"));
        std::fs::create_dir(top.path().join(".seamwalk")).unwrap();
        assert_eq!(database(None, &around), Ok(top.path().join(".seamwalk").join("seamwalk.db")));
        std::fs::create_dir(below.join(".seamwalk")).unwrap();
        assert_eq!(database(None, &around), Ok(below.join(".seamwalk").join("seamwalk.db")));
        std::fs::remove_dir(below.join(".seamwalk")).unwrap();
        std::fs::write(below.join(".seamwalk"), "a file is no project folder").unwrap();
        assert_eq!(database(None, &around), Ok(top.path().join(".seamwalk").join("seamwalk.db")));
    }

    #[test]
    fn without_any_place_the_database_is_refused() {
        assert_eq!(database(None, &Surroundings::default()), Err(NoPlaceForDatabase));
    }

    #[test]
    fn a_named_configuration_must_exist_and_the_usual_one_need_not() {
        let mut around = around();
        let usual = Path::new("/settings").join("seamwalk").join("config.toml");
        assert_eq!(config(None, &around), Config::Usual(usual));
        around.config = Some("env.toml".into());
        assert_eq!(config(None, &around), Config::Named("env.toml".into()));
        assert_eq!(config(Some(Path::new("o.toml")), &around), Config::Named("o.toml".into()));
        assert_eq!(config(None, &Surroundings::default()), Config::Nowhere);
    }
}
