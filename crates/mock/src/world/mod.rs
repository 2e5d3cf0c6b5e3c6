//! World of the mock: what it keeps of instances, phones and queues. Plain data and decisions over it; nothing here knows who
//! asks.

pub(crate) mod life;
pub(crate) mod messengers;
pub(crate) mod qr;
pub(crate) mod queues;
pub(crate) mod quotas;
pub(crate) mod rates;
pub(crate) mod settings;
pub(crate) mod sockets;
