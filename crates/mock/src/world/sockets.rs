//! Sockets that are open, of all instances, and what they can be told.

use std::sync::{Arc, Mutex};

use tokio::sync::{Notify, mpsc};

use crate::{record::until, sync::lock};

/// What a socket is told to do.
#[derive(Debug, Clone)]
pub(crate) enum Post {
    Frame(String),
    /// A frame, and then a close with 1000.
    Last(String),
    Close,
    /// The end of the connection, without a word.
    Cut,
}

/// The sockets that are open, of all instances.
#[derive(Debug, Default)]
pub(crate) struct Sockets(Arc<OpenSockets>);

#[derive(Debug, Default)]
struct OpenSockets {
    places: Mutex<Places>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct Places {
    taken: Vec<Place>,
    last: u64,
}

#[derive(Debug)]
struct Place {
    number: u64,
    id_instance: u64,
    post: mpsc::UnboundedSender<Post>,
}

/// A place among the open sockets, given back by dropping it.
#[derive(Debug)]
pub(crate) struct Seat {
    table: Arc<OpenSockets>,
    number: u64,
}

impl Sockets {
    /// How many of an instance are open.
    pub(crate) fn open(&self, id_instance: u64) -> usize {
        lock(&self.0.places).taken.iter().filter(|place| place.id_instance == id_instance).count()
    }

    /// Waits until exactly so many of an instance are open.
    pub(crate) async fn wait(&self, id_instance: u64, open: usize) {
        until(&self.0.changed, || (self.open(id_instance) == open).then_some(())).await;
    }

    /// Tells all of an instance the same; says how many there are.
    pub(crate) fn tell(&self, id_instance: u64, post: &Post) -> usize {
        let places = lock(&self.0.places);
        let told = places.taken.iter().filter(|place| place.id_instance == id_instance);
        // One that is not heard is closing.
        told.map(|place| drop(place.post.send(post.clone()))).count()
    }

    pub(crate) fn cut_all(&self) {
        for place in &lock(&self.0.places).taken {
            drop(place.post.send(Post::Cut));
        }
    }

    pub(crate) fn sit_down(&self, id_instance: u64, post: mpsc::UnboundedSender<Post>) -> Seat {
        let mut places = lock(&self.0.places);
        places.last += 1;
        let number = places.last;
        places.taken.push(Place { number, id_instance, post });
        drop(places);
        self.0.changed.notify_waiters();
        Seat { table: Arc::clone(&self.0), number }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        lock(&self.table.places).taken.retain(|place| place.number != self.number);
        self.table.changed.notify_waiters();
    }
}
