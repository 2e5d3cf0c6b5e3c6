//! Question in a terminal: asked on stderr, answered by keys, and the terminal is as it was when it ends, whatever ends it.
//!
//! Keys are read here and not by a library: a library's thread would wait for the next one, with the terminal changed, after the
//! program has ended.

use std::{
    io::{self, PipeReader, PipeWriter},
    thread,
};

use rustix::{
    event::{PollFd, PollFlags, poll},
    io::{read, retry_on_intr},
    termios::{LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr},
};
use tokio::sync::oneshot;

use crate::{
    exit::{FAILED, Failure, Outcome},
    interrupt::Interrupt,
    terminal::draw,
};

/// Asks for consent: `y` gives it, `n` and Enter do not.
pub(crate) async fn consent(prompt: String, interrupt: &Interrupt) -> Outcome<bool> {
    let asking = Asking::begin(move |keys| {
        draw(&format!("{prompt} [y/N] "));
        loop {
            let agreed = match keys.next()? {
                b'y' | b'Y' => true,
                b'n' | b'N' | b'\r' | b'\n' => false,
                _ => continue,
            };
            draw(if agreed { "yes\n" } else { "no\n" });
            return Ok(agreed);
        }
    });
    asking?.answer(interrupt).await
}

/// Asks for a line that is not shown: it is asked for again while it is empty.
pub(crate) async fn secret(prompt: String, interrupt: &Interrupt) -> Outcome<String> {
    let asking = Asking::begin(move |keys| {
        loop {
            draw(&format!("{prompt}: "));
            let line = keys.line()?;
            if !line.is_empty() {
                draw("[hidden]\n");
                return Ok(line);
            }
            draw("\n");
        }
    });
    asking?.answer(interrupt).await
}

/// A question under way. Dropped, it ends, and the terminal is as it was.
struct Asking<T> {
    answer: oneshot::Receiver<Outcome<T>>,
    /// The thread waits for its end, besides keys.
    under_way: Option<PipeWriter>,
    thread: Option<thread::JoinHandle<()>>,
}

impl<T: Send + 'static> Asking<T> {
    fn begin(ask: impl FnOnce(&mut Keys) -> Outcome<T> + Send + 'static) -> Outcome<Self> {
        let (ended, under_way) = io::pipe()?;
        let (told, answer) = oneshot::channel();
        let asking = move || {
            let answer = Keys::of(ended).and_then(|mut keys| ask(&mut keys));
            if answer.is_err() {
                draw("\n");
            }
            // Whoever has left needs no answer.
            let _ = told.send(answer);
        };
        let thread = thread::Builder::new().spawn(asking)?;
        Ok(Self { answer, under_way: Some(under_way), thread: Some(thread) })
    }

    /// What is answered, unless an interrupt comes first: also one that a command which ends whole would take as a wish, since nothing is
    /// under way while somebody is asked.
    async fn answer(mut self, interrupt: &Interrupt) -> Outcome<T> {
        tokio::select! {
            biased;
            () = interrupt.reached(1) => Err(Failure::interrupted()),
            answer = &mut self.answer => answer.unwrap_or_else(|_| Err(unanswered())),
        }
    }
}

impl<T> Drop for Asking<T> {
    fn drop(&mut self) {
        drop(self.under_way.take());
        if let Some(thread) = self.thread.take() {
            // One that panicked has put the terminal back too.
            let _ = thread.join();
        }
    }
}

/// The keys of the terminal at stdin, each as it is pressed and none of them shown. Dropped, the terminal is as it was.
struct Keys {
    terminal: io::Stdin,
    before: Termios,
    ended: PipeReader,
}

impl Keys {
    fn of(ended: PipeReader) -> Outcome<Self> {
        let terminal = io::stdin();
        let before = tcgetattr(&terminal).map_err(io::Error::from)?;
        let mut keys = before.clone();
        // Ctrl-C is a key as well: what is pressed after it comes after it.
        keys.local_modes -= LocalModes::ICANON | LocalModes::ECHO | LocalModes::ISIG;
        keys.special_codes[SpecialCodeIndex::VMIN] = 0;
        keys.special_codes[SpecialCodeIndex::VTIME] = 1;
        tcsetattr(&terminal, OptionalActions::Drain, &keys).map_err(io::Error::from)?;
        Ok(Self { terminal, before, ended })
    }

    /// The next key's byte. An arrow, or what else is sent as several bytes, is passed over: none of them is a letter.
    fn next(&mut self) -> Outcome<u8> {
        loop {
            match self.byte()? {
                ESCAPE => match self.byte()? {
                    b'[' => while !matches!(self.byte()?, b'@'..=b'~') {},
                    b'O' => drop(self.byte()?),
                    _ => {}
                },
                key => return Ok(key),
            }
        }
    }

    /// The keys until Enter, with what they take back.
    fn line(&mut self) -> Outcome<String> {
        let mut line = Vec::new();
        loop {
            match self.next()? {
                b'\r' | b'\n' => break,
                CTRL_D if line.is_empty() => return Err(unanswered()),
                CTRL_H | DELETE => while line.pop().is_some_and(|byte| !is_first_of_a_letter(byte)) {},
                CTRL_U => line.clear(),
                key if key.is_ascii_control() => {}
                key => line.push(key),
            }
        }
        String::from_utf8(line).map_err(|_| Failure::usage("what was typed is not UTF-8"))
    }

    fn byte(&mut self) -> Outcome<u8> {
        let mut byte = [0];
        loop {
            let mut waiting = [PollFd::new(&self.terminal, PollFlags::IN), PollFd::new(&self.ended, PollFlags::IN)];
            retry_on_intr(|| poll(&mut waiting, None)).map_err(io::Error::from)?;
            let [pressed, ended] = waiting.map(|one| one.revents());
            if !ended.is_empty() {
                return Err(Failure::interrupted());
            }
            match retry_on_intr(|| read(&self.terminal, &mut byte)).map_err(io::Error::from)? {
                // macOS waits for no /dev/tty there: reading does, for a tenth of a second.
                0 if pressed.contains(PollFlags::NVAL) => {}
                0 => return Err(unanswered()),
                _ if byte == [CTRL_C] => return Err(Failure::interrupted()),
                _ => return Ok(byte[0]),
            }
        }
    }
}

impl Drop for Keys {
    fn drop(&mut self) {
        // A terminal that has gone needs nothing.
        let _ = tcsetattr(&self.terminal, OptionalActions::Now, &self.before);
    }
}

fn unanswered() -> Failure {
    Failure::new(FAILED, "there was no answer")
}

fn is_first_of_a_letter(byte: u8) -> bool {
    byte & 0b1100_0000 != 0b1000_0000
}

const CTRL_C: u8 = 0x03;
const CTRL_D: u8 = 0x04;
const CTRL_H: u8 = 0x08;
const CTRL_U: u8 = 0x15;
const ESCAPE: u8 = 0x1b;
const DELETE: u8 = 0x7f;
