package websocket

import "time"

// answer writes what the core owes the peer: a pong, a Close frame. Whoever finds
// that something is owed calls it, and whoever has written, afterwards.
//
// If somebody is writing just now, they do it when they are done: a reader waits
// for no writer. Nor does it wait long for the peer, because two sides that both
// wait to write before they read would wait for ever. What could not be sent is
// kept, and what is wrong with the connection is for the next read to find out.
func (c *Conn) answer() {
	for c.owes() && c.writing.try() {
		c.deadlines.update(func(d *deadlines) { d.answering = time.Now().Add(answerTime) })
		err := c.flush()
		if err == nil {
			// Only now, behind nothing: while a peer takes nothing the core keeps
			// its newest ping, and no row of pongs grows here.
			c.room(2 * (MaxHeaderLen + MaxControlPayload))
			c.mu.Lock()
			c.out = c.core.AppendPending(c.out)
			c.mu.Unlock()
			err = c.flush()
		}
		c.deadlines.update(func(d *deadlines) { d.answering = time.Time{} })
		c.unlockWriting()
		if err != nil {
			return
		}
		// Again: since we had the lock, a reader may have left us another one.
	}
}

func (c *Conn) owes() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.core.Pending()
}
