//! The rows of a bill.

use crate::model::{Kind, record};

record! {
    /// What one instance costs.
    InstanceCost "" {
        id_instance "idInstance" Int { always } "The instance's id.";
        name "name" Text {} "Its name.";
        tariff "tariff" Text {} "Its plan, such as PARTNER_23.";
        time_created "timeCreated" Time {} "When it was created.";
        time_deleted "timeDeleted" Time {} "When it was deleted; nothing while it lives.";
        days "days" Int { always } "How many days it is charged for.";
        price_per_day "pricePerDay" Decimal {} "What a day of it costs; nothing where nobody has said.";
        cost "cost" Decimal {} "What its days cost; nothing where a day has no price.";
        next_charge_at "nextChargeAt" Time {} "When it is charged again; nothing where it is not.";
        note "note" Text {} "Why days or cost are less than they may be, or nothing.";
    }
}

record! {
    /// What one day costs.
    DayCost "" {
        date "date" Date { always } "The day, of UTC+3.";
        instances "instances" Int { always } "How many instances are charged for it.";
        cost "cost" Decimal { always } "What they cost, as far as they have a price.";
        complete "complete" Flag { always } "Whether that is all: each has a price, and none may be missing.";
    }
}

record! {
    /// What one month costs.
    MonthCost "" {
        month "month" Text { always } "The month, as 2026-11.";
        days "days" Int { always } "How many days are charged, of all instances together.";
        cost "cost" Decimal { always } "What they cost, as far as they have a price.";
        complete "complete" Flag { always } "Whether that is all so far: each has a price, and none may be missing.";
    }
}

record! {
    /// What the instances cost whose names begin alike.
    PrefixCost "" {
        prefix "prefix" Text { always } "What stands before the first separator of their names.";
        instances "instances" Int { always } "How many of them are charged.";
        days "days" Int { always } "How many days are charged, of all of them together.";
        cost "cost" Decimal { always } "What they cost, as far as they have a price.";
        complete "complete" Flag { always } "Whether each of them has a price, and its days are known.";
    }
}

record! {
    /// An instance that is charged, and that nobody may be using.
    Waste "" {
        id_instance "idInstance" Int { always } "The instance's id.";
        name "name" Text {} "Its name.";
        why "why" Text { always one_of(&["neverLinked", "idle", "unknown"]) } "Why it is listed: neverLinked, idle, or unknown where nobody knows whether a phone is linked.";
        idle_days "idleDays" Int {} "For how many whole days no phone is linked: since the last one, or since its creation.";
        days "days" Int { always } "How many of its charged days were without a phone; where that is unknown, all of them.";
        cost "cost" Decimal {} "What these days cost; nothing where a day has no price.";
    }
}

record! {
    /// What is not charged if some instances are deleted in time.
    Saving "" {
        instances "instances" Int { always } "How many of those named are charged at the next midnight.";
        before "before" Time { always } "Until when to delete them: the next midnight of UTC+3.";
        per_day "perDay" Decimal { always } "What a day of all of them costs, as far as they have a price.";
        next_charge "nextCharge" Decimal { always } "What is saved at the next midnight.";
        to_month_end "toMonthEnd" Decimal { always } "What is saved at the midnights that are left in the month of UTC+3.";
        complete "complete" Flag { always } "Whether each of them has a price.";
        ignored "ignored" Json { always list_of(Kind::Int) } "The ids that are not counted: unknown, gone, or not partner billing.";
    }
}
