package websocket

import (
	"errors"
	"fmt"
	"io"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"example/websockets/internal/memconn"

	"github.com/stretchr/testify/require"
)

// Clients come, go and stand still while messages are sent to all and, at some
// moment, the hub is shut down. What the steps of the lesson check one by one holds
// here for all at once: everybody is told something, and nobody stays.
func TestAHubWithMuchGoingOn(t *testing.T) { synctest.Test(t, muchGoingOn) }

func muchGoingOn(t *testing.T) {
	h := NewHub(8, 50*time.Millisecond)
	options := &Options{CloseTimeout: 100 * time.Millisecond}
	var all sync.WaitGroup
	var mu sync.Mutex
	ends := map[string]int{}
	for i := range 60 {
		all.Go(func() {
			time.Sleep(time.Duration(i) * time.Millisecond)
			a, b := memconn.Pipe(memconn.Buffer(500))
			defer b.Close()
			all.Go(func() {
				err := h.Serve(NewConn(a, Server, nil, options), func(op Opcode, payload []byte) { h.Broadcast(op, append([]byte(nil), payload...)) })
				mu.Lock()
				defer mu.Unlock()
				ends[fmt.Sprintf("%T", err)]++
			})
			c := NewConn(b, Client, nil, options)
			switch i % 5 {
			case 0: // stands still until it is dropped
				time.Sleep(150 * time.Millisecond)
				io.Copy(io.Discard, b)
			case 1: // breaks off
				c.ReadMessage(bg, nil)
				b.Reset()
			case 2: // leaves
				c.ReadMessage(bg, nil)
				c.Close(CloseNormal, "")
			default: // speaks and listens until it is told to go
				all.Go(func() {
					for c.WriteMessage(bg, OpText, []byte("hello")) == nil {
						time.Sleep(5 * time.Millisecond)
					}
				})
				err := receive(c, func(Opcode, []byte) {})
				if closed, ok := errors.AsType[*CloseError](err); ok && closed.Code != CloseGoingAway && closed.Code != ClosePolicy {
					t.Errorf("a client that listens was told %v", closed)
				}
				c.Close(CloseNormal, "")
			}
		})
	}
	for range 100 {
		h.Broadcast(OpText, make([]byte, 100))
		time.Sleep(time.Millisecond)
	}
	h.Shutdown()
	require.Zero(t, h.Len())
	all.Wait()
	require.Zero(t, h.Len())
	n := 0
	for _, times := range ends {
		n += times
	}
	require.Equal(t, 60, n, "%v", ends)
	t.Log(ends)
}
