//! Terminal: what people are told and asked, on stderr.

use console::{Term, style};

#[cfg(unix)]
use crate::question::{consent, secret};
use crate::{
    exit::{FAILED, Failure, Outcome},
    interrupt::Interrupt,
};

/// One line.
pub(crate) fn say(text: &str) {
    draw(&format!("{text}\n"));
}

/// Text as it is, which may move the cursor. A stderr that is closed, or full, is nobody's loss: no command fails of it.
pub(crate) fn draw(text: &str) {
    let _ = Term::stderr().write_str(text);
}

/// Whether what is told goes to a terminal.
pub(crate) fn is_shown() -> bool {
    Term::stderr().is_term()
}

/// What somebody should look at.
pub(crate) fn warn(text: &str) {
    say(&format!("{} {text}", style("warning:").for_stderr().yellow()));
}

/// Why a command has failed.
pub(crate) fn fail(text: &str) {
    say(&format!("{} {text}", style("error:").for_stderr().red().bold()));
}

/// Whether somebody can be asked, wherever the results go.
pub(crate) fn can_ask() -> bool {
    console::user_attended_stderr() && std::io::IsTerminal::is_terminal(&std::io::stdin())
}

/// Asks before something is charged, deleted or unlinked.
pub(crate) async fn confirm(question: String, yes: bool, interrupt: &Interrupt) -> Outcome<()> {
    if yes {
        return Ok(());
    }
    if !can_ask() {
        let asked = question.trim_end_matches('?');
        return Err(
            Failure::usage(format!("nothing was sent: nobody can be asked here: {asked}?")).advised("give --yes")
        );
    }
    if consent(question, interrupt).await? {
        Ok(())
    } else {
        Err(Failure::new(FAILED, "nothing was sent: you said no"))
    }
}

/// Asks for something that the terminal does not show.
pub(crate) async fn ask_secretly(prompt: &str, interrupt: &Interrupt) -> Outcome<String> {
    if !can_ask() {
        return Err(Failure::usage(format!("{prompt}: nobody can be asked here")));
    }
    secret(prompt.to_owned(), interrupt).await
}

#[cfg(not(unix))]
async fn consent(question: String, interrupt: &Interrupt) -> Outcome<bool> {
    let ask = move || dialoguer::Confirm::new().with_prompt(question).default(false).interact_on(&Term::stderr());
    answer(ask, interrupt).await
}

#[cfg(not(unix))]
async fn secret(prompt: String, interrupt: &Interrupt) -> Outcome<String> {
    answer(move || dialoguer::Password::new().with_prompt(prompt).interact_on(&Term::stderr()), interrupt).await
}

/// A thread of its own waits for the answer, so that an interrupt is heard meanwhile.
#[cfg(not(unix))]
async fn answer<T: Send + 'static>(
    ask: impl FnOnce() -> dialoguer::Result<T> + Send + 'static,
    interrupt: &Interrupt,
) -> Outcome<T> {
    let answered = tokio::select! {
        biased;
        () = interrupt.reached(1) => return Err(Failure::interrupted()),
        answered = tokio::task::spawn_blocking(ask) => answered,
    };
    match answered {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(dialoguer::Error::IO(error))) if error.kind() == std::io::ErrorKind::Interrupted => {
            Err(Failure::interrupted())
        }
        Ok(Err(dialoguer::Error::IO(error))) => Err(error.into()),
        Err(_) => Err(Failure::new(FAILED, "there was no answer")),
    }
}
