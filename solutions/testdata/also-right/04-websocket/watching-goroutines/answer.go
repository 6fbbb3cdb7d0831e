package websocket

import "time"

func (c *Conn) answer() {
	for again := true; again; {
		again = c.answerOnce()
	}
}

func (c *Conn) answerOnce() (again bool) {
	if !c.writing.try() {
		return false
	}
	answered := c.sendPending()
	c.unlockWriting()
	c.mu.Lock()
	defer c.mu.Unlock()
	return answered && c.core.Pending()
}

func (c *Conn) sendPending() bool {
	c.mu.Lock()
	pending := c.core.Pending()
	c.mu.Unlock()
	if !pending {
		return true
	}
	c.deadlines.update(func(d *deadlines) { d.answering = time.Now().Add(answerTime / 2) })
	defer c.deadlines.update(func(d *deadlines) { d.answering = time.Time{} })
	if len(c.out) > 0 && c.flush() != nil {
		return false
	}
	c.mu.Lock()
	c.out = c.core.AppendPending(make([]byte, 0, 300))
	c.mu.Unlock()
	return c.flush() == nil
}
