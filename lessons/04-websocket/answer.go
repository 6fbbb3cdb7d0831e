package websocket

// answer writes what the core owes the peer, a pong or a Close frame, and nothing when
// nothing is pending. advance calls it, and doneWriting does after every write.
//
// Step 24: what stands here does as long as nobody else writes.
//
//   - It writes only while it has c.writing, and does not wait for that: a reader
//     waits for no writer. If somebody is writing just now, they call answer when
//     they are done. (c.writing.try takes the lock if it is free; unlockWriting
//     ends it.)
//   - What waits in c.out goes first. Only when all of it is gone may the frames of
//     Core.AppendPending go to c.out, while it still has c.writing: so the core keeps
//     the newest ping as long as the peer takes nothing, and no row of pongs grows.
//   - Each time it has taken c.writing it waits for the peer no longer than answerTime,
//     for all that it writes then: d.answering in c.deadlines is the deadline of that,
//     and the zero time again before it unlocks.
//   - What could not be sent stays in c.out. There is no error to return: what is
//     wrong with the connection is for the next Read to find out.
//   - After it has unlocked it looks again: while it was writing, a reader may have
//     found another ping and left it to whoever writes. Not when a write has failed:
//     then it returns.
func (c *Conn) answer() {
	c.mu.Lock()
	frames := c.core.AppendPending(nil)
	c.mu.Unlock()
	if len(frames) == 0 {
		return
	}
	if !c.writing.try() {
		notWritten(24) // somebody is writing just now
		return
	}
	c.conn.Write(frames)
	c.writing.unlock()
}
