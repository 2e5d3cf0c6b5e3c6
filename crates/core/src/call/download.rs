//! Download: a file from a host that gets nothing of ours, in the way of every call. No time is too long for
//! it, but a silence may be.

use std::{future::Future, mem, time::Duration};

use tokio::time::{self, Instant};
use url::Url;

use super::{Ended, Verdict, no_answer, report};
use crate::{
    config::{FILE_SILENCE, WRITTEN_AT_ONCE},
    endpoint::{Answer, Spec, Target},
    engine::Engine,
    error::{Error, ErrorCode},
    refusal,
    retry::Failure,
    transport::{Http, Incoming, Lost, PartFile},
};

/// What is to be fetched.
pub(crate) struct Download<'a> {
    pub(crate) spec: &'a Spec,
    pub(crate) url: &'a Url,
    /// The host, without a token, and the instance that it is about.
    pub(crate) target: &'a Target,
    /// The largest file that is kept.
    pub(crate) max_size: Option<u64>,
    /// When the caller's time is up, and how long it was.
    pub(crate) deadline: Instant,
    pub(crate) timeout: Duration,
}

/// A try that brought no file.
enum Failed {
    /// An answer that is none.
    Answered(Answer),
    Lost(Lost),
    Silent,
    /// The disk's fault, or one that the next try would have too.
    Final(Answer, Error),
}

impl From<Lost> for Failed {
    fn from(lost: Lost) -> Self {
        Self::Lost(lost)
    }
}

impl Engine {
    /// Writes the file, from its beginning again after each try that was cut; says how many bytes it has.
    pub(crate) async fn download(&self, download: &Download<'_>, part: &PartFile) -> Result<u64, Error> {
        let Download { spec, target, deadline, .. } = *download;
        let http = self.http()?;
        http.prepare(&target.base)?;
        let fetched = self.repeat(spec, target, target.id_instance, deadline, |past| {
            let http = &http;
            async move { attempt(http, download, part, past.tries + 1).await }
        });
        fetched.await
    }
}

/// Fetches it once.
async fn attempt(http: &Http, download: &Download<'_>, part: &PartFile, number: u32) -> Verdict<u64> {
    let Download { spec, target, deadline, timeout, .. } = *download;
    let begun = Instant::now();
    let (ended, verdict) = match time::timeout_at(deadline, fetch(http, download, part)).await {
        Ok(Ok((head, size))) => (Ended::Answered(head), Verdict::Success(size)),
        Ok(Err(Failed::Answered(head))) => {
            let refusal = refusal::of_file(&head);
            let verdict = match refusal.failure {
                Some(failure) => Verdict::Failed(refusal.error, failure),
                None => Verdict::Final(refusal.error),
            };
            (Ended::Answered(head), verdict)
        }
        Ok(Err(Failed::Lost(lost))) => {
            let verdict = Verdict::Failed(no_answer(spec, &lost), lost.failure);
            (Ended::Lost(lost), verdict)
        }
        Ok(Err(Failed::Silent)) => (Ended::TriedLongEnough, Verdict::Failed(silent(), Failure::Unanswered)),
        Ok(Err(Failed::Final(head, error))) => (Ended::Answered(head), Verdict::Final(error)),
        Err(_) => (Ended::TimeIsUp { sent: true }, Verdict::Final(too_late(timeout))),
    };
    report(spec, target.id_instance, &ended, number, begun.elapsed());
    verdict
}

async fn fetch(http: &Http, download: &Download<'_>, part: &PartFile) -> Result<(Answer, u64), Failed> {
    let Download { url, target, max_size, .. } = *download;
    let mut incoming = within(http.file(url, target)).await?;
    let head = incoming.head();
    if head.status != WHOLE {
        return Err(Failed::Answered(head));
    }
    let written = write(&mut incoming, target, max_size, part).await;
    match written {
        Ok(size) => Ok((head, size)),
        Err(Unwritten::Failed(failed)) => Err(failed),
        Err(Unwritten::Error(error)) => Err(Failed::Final(head, error)),
    }
}

/// Why a file that has begun to come was not written.
enum Unwritten {
    Failed(Failed),
    Error(Error),
}

impl From<Failed> for Unwritten {
    fn from(failed: Failed) -> Self {
        Self::Failed(failed)
    }
}

impl From<Error> for Unwritten {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

/// Writes it as it comes: no more of it is in memory than what is written at once.
async fn write(
    incoming: &mut Incoming,
    target: &Target,
    max_size: Option<u64>,
    part: &PartFile,
) -> Result<u64, Unwritten> {
    let fits = |size: u64| match max_size {
        Some(most) if size > most => Err(too_large(most)),
        _ => Ok(()),
    };
    fits(incoming.length().unwrap_or_default())?;
    part.clear().await?;
    let (mut size, mut pieces, mut gathered) = (0, Vec::new(), 0);
    while let Some(piece) = within(incoming.next(target)).await? {
        size += piece.len() as u64;
        fits(size)?;
        gathered += piece.len();
        pieces.push(piece);
        if gathered >= WRITTEN_AT_ONCE {
            part.write(mem::take(&mut pieces)).await?;
            gathered = 0;
        }
    }
    part.write(pieces).await?;
    Ok(size)
}

/// What comes before a silence that is too long.
async fn within<T>(coming: impl Future<Output = Result<T, Lost>>) -> Result<T, Failed> {
    let come = time::timeout(FILE_SILENCE, coming).await.map_err(|_| Failed::Silent)?;
    Ok(come?)
}

fn silent() -> Error {
    let seconds = FILE_SILENCE.as_secs();
    Error::new(ErrorCode::Timeout, format!("the host of the file sent nothing for {seconds} s"))
}

fn too_late(timeout: Duration) -> Error {
    Error::new(ErrorCode::Timeout, format!("the file was not there within {} s", timeout.as_secs_f64()))
}

fn too_large(most: u64) -> Error {
    Error::new(ErrorCode::LimitExceeded, format!("the file is larger than the max_size of {most} bytes"))
}

/// Nothing else is the file: no part of it was asked for.
const WHOLE: u16 = 200;
