//! Progress of a run.

use crate::model::record;

record! {
    /// How many items a run has, and what has become of them so far.
    Progress "" {
        total "total" Int { always } "All of them.";
        done "done" Int { always } "Done.";
        failed "failed" Int { always } "Refused, or not reached: each has its error.";
        skipped "skipped" Int { always } "Nothing was sent: there was nothing to do, or the run was stopped before.";
        unknown "unknown" Int { always } "Sent, and nobody knows whether it took effect: look, then decide.";
        left "left" Int { always } "Not there yet.";
    }
}
