package websocket

import "time"

func (c *Conn) answer() {
	for {
		c.mu.Lock()
		pending := c.core.Pending()
		c.mu.Unlock()
		if !pending || !c.writing.try() {
			return
		}
		until := time.Now().Add(answerTime)
		c.deadlines.update(func(d *deadlines) { d.answering = until })
		err := c.flush()
		if err == nil {
			c.mu.Lock()
			c.out = c.core.AppendPending(nil)
			c.mu.Unlock()
			err = c.flush()
		}
		c.deadlines.update(func(d *deadlines) { d.answering = time.Time{} })
		c.unlockWriting()
		if err != nil {
			return
		}
	}
}
