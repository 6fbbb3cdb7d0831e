package websocket

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"example/websockets/internal/memconn"

	"github.com/stretchr/testify/require"
)

// join serves a new client of the hub and returns its end, and where to get what
// Serve returns.
func join(h *Hub, receive func(Opcode, []byte), options ...memconn.Option) (*memconn.Conn, chan error) {
	a, b := memconn.Pipe(options...)
	served := make(chan error, 1)
	go func() { served <- h.Serve(NewConn(a, Server, nil, nil), receive) }()
	synctest.Wait()
	return b, served
}

func ignore(Opcode, []byte) {}

func TestEveryClientGetsEveryMessage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := NewHub(10, time.Minute)
		var wg sync.WaitGroup
		var got [5][]string
		var clients []*Conn
		for i := range 5 {
			conn, _ := join(h, ignore)
			c := NewConn(conn, Client, nil, nil)
			clients = append(clients, c)
			wg.Go(func() {
				err := receive(c, func(_ Opcode, p []byte) { got[i] = append(got[i], string(p)) })
				require.Equal(t, &CloseError{CloseGoingAway, "shutting down"}, err)
				require.NoError(t, c.Close(CloseNormal, ""))
			})
		}
		var want []string
		for i := range 10 {
			h.Broadcast(OpText, fmt.Append(nil, i))
			want = append(want, fmt.Sprint(i))
		}
		require.Equal(t, 5, h.Len())
		synctest.Wait()
		h.Shutdown()
		wg.Wait()
		require.Zero(t, h.Len())
		for i := range clients {
			require.Equal(t, want, got[i])
		}
		late, served := join(h, ignore)
		c := NewConn(late, Client, nil, nil)
		require.Equal(t, &CloseError{CloseGoingAway, "shutting down"}, receive(c, ignore))
		require.NoError(t, c.Close(CloseNormal, ""))
		require.Equal(t, &Dropped{CloseGoingAway, "shutting down"}, <-served)
	})
}

func TestWhatAClientSendsIsReceived(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := NewHub(10, time.Minute)
		var got []string
		conn, served := join(h, func(op Opcode, p []byte) { got = append(got, op.String()+" "+string(p)) })
		c := NewConn(conn, Client, nil, nil)
		require.NoError(t, c.WriteMessage(bg, OpText, []byte("a")))
		require.NoError(t, c.WriteMessage(bg, OpBinary, []byte("b")))
		require.NoError(t, c.Close(CloseNormal, "done"))
		require.Equal(t, &CloseError{CloseNormal, "done"}, <-served)
		require.Equal(t, []string{"text a", "binary b"}, got)
		require.Zero(t, h.Len())
	})
}

func TestASlowClientIsDroppedAndSlowsNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := NewHub(4, time.Hour)
		conn, slowServed := join(h, ignore, memconn.Buffer(1000))
		slow := NewConn(conn, Client, nil, nil)
		conn, fastServed := join(h, ignore, memconn.Buffer(1000))
		fast := NewConn(conn, Client, nil, nil)
		start := time.Now()
		for range 100 {
			h.Broadcast(OpText, []byte(strings.Repeat("x", 300)))
			_, _, err := fast.ReadMessage(bg, nil)
			require.NoError(t, err)
		}
		require.Zero(t, time.Since(start))
		require.Equal(t, 1, h.Len())

		// It gets the rest of what it was being sent, and then the reason.
		n := 0
		require.Equal(t, &CloseError{ClosePolicy, "too slow"}, receive(slow, func(Opcode, []byte) { n++ }))
		require.Less(t, n, 10)
		require.NoError(t, slow.Close(CloseNormal, ""))
		require.Equal(t, &Dropped{ClosePolicy, "too slow"}, <-slowServed)
		require.NoError(t, fast.Close(CloseNormal, ""))
		require.Equal(t, &CloseError{CloseNormal, ""}, <-fastServed)
	})
}

func TestAClientThatTakesNothingIsDropped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := NewHub(4, time.Minute)
		conn, served := join(h, ignore, memconn.Buffer(100))
		h.Broadcast(OpText, make([]byte, 300)) // one message, so the queue is not full
		start := time.Now()
		require.Equal(t, &Dropped{ClosePolicy, "too slow"}, <-served)
		require.Equal(t, time.Minute+DefaultCloseTimeout, time.Since(start))
		conn.Close()
	})
}

func TestPingsFindDeadPeers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := NewHub(4, time.Minute)
		conn, dead := join(h, ignore)
		go io.Copy(io.Discard, conn) // takes everything and never answers
		conn2, alive := join(h, ignore)
		c := NewConn(conn2, Client, nil, nil)
		var wg sync.WaitGroup
		wg.Go(func() { receive(c, ignore) }) // answers pings
		start := time.Now()
		require.Equal(t, &Dropped{CloseAbnormal, "no answer to a ping"}, <-dead)
		require.Equal(t, 2*time.Minute, time.Since(start))
		conn.Close()
		time.Sleep(time.Hour)
		require.Equal(t, 1, h.Len())
		require.NoError(t, c.Close(CloseNormal, ""))
		require.Equal(t, &CloseError{CloseNormal, ""}, <-alive)
		wg.Wait()
	})
}

func TestShutdownIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := NewHub(4, time.Hour)
		conn, served := join(h, ignore) // never answers the Close
		start := time.Now()
		h.Shutdown()
		require.Equal(t, DefaultCloseTimeout, time.Since(start))
		require.Equal(t, &Dropped{CloseGoingAway, "shutting down"}, <-served)
		conn.Close()
	})
}
