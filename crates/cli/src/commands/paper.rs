//! `completions`, `man`: what a shell and a reader keep of the program.

use clap::Args;
use clap_complete::Shell;

use crate::{
    command,
    exit::{DONE, Outcome},
    output::Output,
};

/// Print completions for a shell
///
/// bash: `greenapi-partner completions bash > ~/.local/share/bash-completion/completions/greenapi-partner`
///
/// zsh: `greenapi-partner completions zsh > "${fpath[1]}/_greenapi-partner"`
///
/// fish: `greenapi-partner completions fish > ~/.config/fish/completions/greenapi-partner.fish`
#[derive(Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct Completions {
    /// The shell
    shell: Shell,
}

/// Print the man page, or write one for each command into a folder
#[derive(Args, Debug)]
pub(crate) struct Man {
    /// Write the pages of all commands into this folder
    #[arg(long, value_name = "FOLDER")]
    folder: Option<std::path::PathBuf>,
}

impl Completions {
    pub(crate) fn run(self, output: &mut Output) -> Outcome {
        let mut script = Vec::new();
        if self.shell == Shell::Bash {
            // clap_complete 4.6 loses the commands below a program with a hyphen in its name: the words of its script do not meet.
            clap_complete::generate(self.shell, &mut command().name(UNHYPHENATED), UNHYPHENATED, &mut script);
            let script = String::from_utf8_lossy(&script);
            output.text(&script.replace(&format!(" {UNHYPHENATED}\n"), " greenapi-partner\n"))?;
            return Ok(DONE);
        }
        clap_complete::generate(self.shell, &mut command(), "greenapi-partner", &mut script);
        output.text(&String::from_utf8_lossy(&script))?;
        Ok(DONE)
    }
}

impl Man {
    pub(crate) fn run(self, output: &mut Output) -> Outcome {
        if let Some(folder) = self.folder {
            std::fs::create_dir_all(&folder)?;
            clap_mangen::generate_to(command().disable_help_subcommand(true), &folder)?;
            return Ok(DONE);
        }
        let mut page = Vec::new();
        clap_mangen::Man::new(command()).render(&mut page)?;
        output.text(&String::from_utf8_lossy(&page))?;
        Ok(DONE)
    }
}

const UNHYPHENATED: &str = "greenapi_partner";
