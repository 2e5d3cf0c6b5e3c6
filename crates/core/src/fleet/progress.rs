//! How far a run has come.

use crate::model::record;

record! {
    /// How many items a run has, and what has become of them so far.
    Progress "" {
        total "total" Int {} "All of them.";
        done "done" Int {} "Done.";
        failed "failed" Int {} "Refused, or not reached: each has its error.";
        skipped "skipped" Int {} "Nothing was sent: there was nothing to do, or the run was stopped before.";
        unknown "unknown" Int {} "Sent, and nobody knows whether it took effect: look, then decide.";
        left "left" Int {} "Not there yet.";
    }
}
