package websocket

import (
	"context"
	"net"
	"slices"
	"sync"
	"time"
)

// deadlines decides until when a connection may read and write. The net.Conn has
// one deadline for each direction, and several have a say: the caller, contexts,
// and Close. All of them change something here, and update works out the rest.
type deadlines struct {
	mu   sync.Mutex
	conn net.Conn

	read, write       time.Time // set by the caller; zero is never
	readCut, writeCut bool      // a context has ended: the deadline has passed
	answering         time.Time // the reader writes: until then, and no longer than it may read
	closing           time.Time // set by Close, and then above all others
}

var longAgo = time.Unix(1, 0)

func (d *deadlines) update(change func(*deadlines)) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	change(d)
	r, w := d.read, d.write
	if d.readCut {
		r = longAgo
	}
	if d.writeCut {
		w = longAgo
	}
	if !d.answering.IsZero() {
		w = earliest(earliest(w, r), d.answering)
	}
	if !d.closing.IsZero() {
		r, w = d.closing, d.closing
	}
	if err := d.conn.SetReadDeadline(r); err != nil {
		return err
	}
	return d.conn.SetWriteDeadline(w)
}

// earliest returns the deadline that comes first; zero is never.
func earliest(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// watch calls set with true when ctx ends, and with false when the watch is
// stopped after that. Both are for one call of a Read or a Write.
func (d *deadlines) watch(ctx context.Context, set func(d *deadlines, cut bool)) (stop func()) {
	if ctx.Done() == nil {
		return func() {} // the steady state of many programs: nothing to allocate
	}
	done := make(chan struct{})
	stopped := context.AfterFunc(ctx, func() {
		defer close(done)
		d.update(func(d *deadlines) { set(d, true) })
	})
	return func() {
		if !stopped() {
			<-done // it has begun: nothing of it may outlive this call
			d.update(func(d *deadlines) { set(d, false) })
		}
	}
}

func cutRead(d *deadlines, cut bool)  { d.readCut = cut }
func cutWrite(d *deadlines, cut bool) { d.writeCut = cut }

// A lock is a mutex that one can wait for with a context, and in a synctest bubble.
// Who waits gets it in turn. The zero value is free. (A channel with room for one could
// be used like this too. Where nobody waits, which is the rule, it takes twice as long,
// and a message passes three locks.)
type lock struct {
	mu    sync.Mutex // held for a moment only
	taken bool
	queue []chan struct{} // of those who wait; closed for the one who gets the lock
}

// lock waits for the lock, for the end of ctx, or for closed. Who comes behind one of the
// last two does not get the lock, free or not.
func (l *lock) lock(ctx context.Context, closed <-chan struct{}) error {
	select {
	case <-closed:
		return net.ErrClosed
	default:
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	l.mu.Lock()
	if !l.taken {
		l.taken = true
		l.mu.Unlock()
		return nil
	}
	turn := make(chan struct{})
	l.queue = append(l.queue, turn)
	l.mu.Unlock()

	var err error
	select {
	case <-turn:
		return nil
	case <-ctx.Done():
		err = ctx.Err()
	case <-closed:
		err = net.ErrClosed
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	place := slices.Index(l.queue, turn)
	if place < 0 {
		return nil // it was given to us in the same moment
	}
	l.queue = slices.Delete(l.queue, place, place+1)
	return err
}

// try takes the lock if it is free, and says whether it was.
func (l *lock) try() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	free := !l.taken
	l.taken = true
	return free
}

func (l *lock) unlock() {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case !l.taken:
		panic("websocket: the lock is free already")
	case len(l.queue) == 0:
		l.taken = false
	default:
		close(l.queue[0])
		l.queue = slices.Delete(l.queue, 0, 1)
	}
}
