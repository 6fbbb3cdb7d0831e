package memconn_test

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/nettest"

	"example/websockets/internal/memconn"
)

func TestIsANetConn(t *testing.T) {
	for name, options := range map[string][]memconn.Option{
		"as it comes":                nil,
		"small buffer, odd segments": {memconn.Buffer(1000), memconn.ReadSizes(1, 700, 30), memconn.CutAt(1, 2, 1023)},
	} {
		t.Run(name, func(t *testing.T) {
			nettest.TestConn(t, func() (c1, c2 net.Conn, stop func(), err error) {
				a, b := memconn.Pipe(options...)
				return a, b, func() { a.Close(); b.Close() }, nil
			})
		})
	}
}

// result is what a call returned that was made in a goroutine of its own.
type result struct {
	n   int
	err error
}

func start(call func([]byte) (int, error), p []byte) <-chan result {
	done := make(chan result, 1)
	go func() {
		n, err := call(p)
		done <- result{n, err}
	}()
	return done
}

// requireBlocked fails if the call is over once nothing else can move in the bubble.
func requireBlocked(t *testing.T, call <-chan result) {
	t.Helper()
	synctest.Wait()
	select {
	case r := <-call:
		require.Failf(t, "the call did not block", "it returned %d, %v", r.n, r.err)
	default:
	}
}

// pieces is what each Read returns until the end of the stream.
func pieces(t *testing.T, c net.Conn) []string {
	t.Helper()
	var got []string
	p := make([]byte, 64)
	for {
		n, err := c.Read(p)
		if n > 0 {
			got = append(got, string(p[:n]))
		}
		if err == io.EOF {
			return got
		}
		require.NoError(t, err)
	}
}

func send(t *testing.T, c net.Conn, text string) {
	t.Helper()
	n, err := c.Write([]byte(text))
	require.NoError(t, err)
	require.Equal(t, len(text), n)
}

// requireErr asks for an error that matches want inside a *net.OpError for op.
func requireErr(t *testing.T, err error, op string, want error) {
	t.Helper()
	require.ErrorIs(t, err, want)
	var opErr *net.OpError
	require.ErrorAs(t, err, &opErr)
	require.Equal(t, op, opErr.Op)
	require.Equal(t, want == os.ErrDeadlineExceeded, opErr.Timeout(), "Timeout() of %v", err)
}

func TestWriteDoesNotWaitForTheReader(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := memconn.Pipe()
		send(t, a, "hello, ")
		send(t, a, "world")
		send(t, b, "and back")
		require.NoError(t, a.CloseWrite())
		require.NoError(t, b.CloseWrite())
		require.Equal(t, []string{"hello, world"}, pieces(t, b))
		require.Equal(t, []string{"and back"}, pieces(t, a))
	})
}

func TestReadBlocksWhileThereIsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := memconn.Pipe()
		p := make([]byte, 8)
		read := start(a.Read, p)
		requireBlocked(t, read)
		send(t, b, "hi")
		require.Equal(t, result{2, nil}, <-read)
		require.Equal(t, "hi", string(p[:2]))
	})
}

func TestWriteBlocksWhileTheBufferIsFull(t *testing.T) {
	for capacity, options := range map[int][]memconn.Option{64 << 10: nil, 4: {memconn.Buffer(4)}} {
		synctest.Test(t, func(t *testing.T) {
			a, b := memconn.Pipe(options...)
			send(t, a, strings.Repeat("x", capacity))
			write := start(a.Write, []byte("yz"))
			requireBlocked(t, write)

			_, err := b.Read(make([]byte, 1))
			require.NoError(t, err)
			requireBlocked(t, write) // one byte went, two are to come

			send(t, b, "back") // the other direction has its own buffer
			_, err = b.Read(make([]byte, 1))
			require.NoError(t, err)
			require.Equal(t, result{2, nil}, <-write)
		})
	}
}

func TestABlockedWriteGoesOnWhenTheBufferGrows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := memconn.Pipe(memconn.Buffer(1))
		write := start(a.Write, []byte("abc"))
		requireBlocked(t, write)
		memconn.Buffer(3)(b)
		require.Equal(t, result{3, nil}, <-write)
	})
}

func TestEmptyCallsDoNotBlock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := memconn.Pipe(memconn.Buffer(3), memconn.ReadSizes(1, 2))
		n, err := b.Read(nil)
		require.NoError(t, err)
		require.Zero(t, n)

		send(t, a, "abc")
		send(t, a, "") // although the buffer is full
		n, err = b.Read(nil)
		require.NoError(t, err)
		require.Zero(t, n)
		require.NoError(t, a.Close())
		require.Equal(t, []string{"a", "bc"}, pieces(t, b), "an empty Read must not use up a size")
	})
}

func TestTheStreamArrivesInTheWantedPieces(t *testing.T) {
	for _, test := range []struct {
		name    string
		options []memconn.Option
		want    []string
	}{
		{"one byte at a time", []memconn.Option{memconn.ReadSizes(1)}, []string{"a", "b", "c", "d", "e", "f"}},
		{"sizes start over", []memconn.Option{memconn.ReadSizes(1, 3)}, []string{"a", "bcd", "e", "f"}},
		{"no sizes", []memconn.Option{memconn.ReadSizes()}, []string{"abcdef"}},
		{"several cuts, in any order", []memconn.Option{memconn.CutAt(4, 1, 4)}, []string{"a", "bcd", "ef"}},
		{"cuts at and outside the ends", []memconn.Option{memconn.CutAt(-1, 0, 6, 7)}, []string{"abcdef"}},
		{"sizes and cuts", []memconn.Option{memconn.ReadSizes(2), memconn.CutAt(3)}, []string{"ab", "c", "de", "f"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			a, b := memconn.Pipe(test.options...)
			for _, end := range [][2]*memconn.Conn{{a, b}, {b, a}} {
				send(t, end[0], "abcdef")
				require.NoError(t, end[0].CloseWrite())
				require.Equal(t, test.want, pieces(t, end[1]))
			}
		})
	}
}

func TestCutAtEveryOffset(t *testing.T) {
	const text = "abcdef"
	for k := 1; k < len(text); k++ {
		a, b := memconn.Pipe(memconn.CutAt(k))
		send(t, a, text)
		require.NoError(t, a.Close())
		require.Equal(t, []string{text[:k], text[k:]}, pieces(t, b))
	}
}

func TestAnOptionCanBeginLaterAtOneEnd(t *testing.T) {
	a, b := memconn.Pipe(memconn.ReadSizes(4, 2))
	send(t, a, "hell")
	_, err := b.Read(make([]byte, 5))
	require.NoError(t, err)

	memconn.ReadSizes(5)(b) // starts with its first size
	memconn.CutAt(2)(b)     // counted from here
	memconn.ShortWrites(3)(b)
	send(t, a, "abcdef") // a writes as before
	require.NoError(t, a.CloseWrite())
	require.Equal(t, []string{"ab", "cdef"}, pieces(t, b))

	n, err := b.Write([]byte("abcdef"))
	require.NoError(t, err)
	require.Equal(t, 3, n)
}

func TestShortWritesTakeLessThanTheyAreGiven(t *testing.T) {
	a, b := memconn.Pipe(memconn.ShortWrites(4))
	for text, want := range map[string]int{"abcdef": 4, "abcd": 4, "abc": 3} {
		n, err := a.Write([]byte(text))
		require.NoError(t, err)
		require.Equal(t, want, n)

		p := make([]byte, 8)
		n, err = b.Read(p)
		require.NoError(t, err)
		require.Equal(t, text[:want], string(p[:n]))
	}
}

func TestASizeBelowOneIsRefused(t *testing.T) {
	require.PanicsWithValue(t, "memconn: Buffer(0): a size is at least 1", func() { memconn.Buffer(0) })
	require.Panics(t, func() { memconn.ReadSizes(3, 0) })
	require.Panics(t, func() { memconn.ShortWrites(-1) })
}

func TestWritesAtTheSameTimeAreTakenWholeAndInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := memconn.Pipe(memconn.Buffer(2))
		var writes []<-chan result
		for _, text := range []string{"aaaaa", "bb", "c"} {
			writes = append(writes, start(a.Write, []byte(text)))
			synctest.Wait()
		}
		p := make([]byte, 8)
		_, err := io.ReadFull(b, p)
		require.NoError(t, err)
		require.Equal(t, "aaaaabbc", string(p), "what is short enough to fit in between waits too")
		for i, n := range []int{5, 2, 1} {
			require.Equal(t, result{n, nil}, <-writes[i])
		}
	})
}

// Two writers that make two Writes each and do not lock mix their messages, every time.
func TestAWaitingWriteComesBeforeTheNextOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := memconn.Pipe(memconn.Buffer(1))
		for _, parts := range [][2]string{{"head1 ", "body1 "}, {"head2 ", "body2 "}} {
			go func() {
				a.Write([]byte(parts[0]))
				a.Write([]byte(parts[1]))
			}()
			synctest.Wait()
		}
		p := make([]byte, 24)
		_, err := io.ReadFull(b, p)
		require.NoError(t, err)
		require.Equal(t, "head1 head2 body1 body2 ", string(p))
	})
}

func TestADeadlineEndsABlockedReadAtItsTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := memconn.Pipe()
		began := time.Now()
		require.NoError(t, a.SetReadDeadline(began.Add(3*time.Second)))
		n, err := a.Read(make([]byte, 1))
		requireErr(t, err, "read", os.ErrDeadlineExceeded)
		require.Zero(t, n)
		require.Equal(t, 3*time.Second, time.Since(began))

		send(t, b, "x") // the deadline holds until it is moved, whatever arrives
		_, err = a.Read(make([]byte, 1))
		requireErr(t, err, "read", os.ErrDeadlineExceeded)
		send(t, a, "writing is not concerned")

		require.NoError(t, a.SetReadDeadline(time.Time{}))
		n, err = a.Read(make([]byte, 1))
		require.NoError(t, err)
		require.Equal(t, 1, n)
	})
}

func TestADeadlineCanBeMovedWhileACallIsBlocked(t *testing.T) {
	for name, move := range map[string]struct{ from, to time.Duration }{
		"sooner":       {time.Hour, time.Second},
		"later":        {time.Second, time.Hour},
		"from no time": {0, time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a, _ := memconn.Pipe()
				began := time.Now()
				if move.from != 0 {
					require.NoError(t, a.SetDeadline(began.Add(move.from)))
				}
				read := start(a.Read, make([]byte, 1))
				requireBlocked(t, read)
				require.NoError(t, a.SetDeadline(began.Add(move.to)))
				requireErr(t, (<-read).err, "read", os.ErrDeadlineExceeded)
				require.Equal(t, move.to, time.Since(began))
			})
		})
	}
}

func TestADeadlineInThePastEndsABlockedCallAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, _ := memconn.Pipe()
		read := start(a.Read, make([]byte, 1))
		requireBlocked(t, read)
		require.NoError(t, a.SetDeadline(time.Now().Add(-time.Second)))
		synctest.Wait()
		require.Len(t, read, 1)
		requireErr(t, (<-read).err, "read", os.ErrDeadlineExceeded)
	})
}

func TestAWriteThatTimesOutSaysHowMuchWasTaken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := memconn.Pipe(memconn.Buffer(4))
		began := time.Now()
		require.NoError(t, a.SetWriteDeadline(began.Add(2*time.Second)))
		first := start(a.Write, []byte("abcdef"))
		requireBlocked(t, first)
		second := start(a.Write, []byte("never begun"))

		r := <-first
		requireErr(t, r.err, "write", os.ErrDeadlineExceeded)
		require.Equal(t, 4, r.n)
		r = <-second
		requireErr(t, r.err, "write", os.ErrDeadlineExceeded)
		require.Zero(t, r.n)
		require.Equal(t, 2*time.Second, time.Since(began))

		require.NoError(t, a.SetWriteDeadline(time.Time{}))
		go func() {
			a.Write([]byte("ghi"))
			a.Close()
		}()
		require.Equal(t, "abcdghi", strings.Join(pieces(t, b), ""))
	})
}

func TestCloseEndsEveryCallOnTheSameEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, _ := memconn.Pipe(memconn.Buffer(4))
		require.NoError(t, a.SetDeadline(time.Now().Add(time.Hour)))
		read := start(a.Read, make([]byte, 1))
		write := start(a.Write, []byte("abcdef"))
		requireBlocked(t, write)
		queued := start(a.Write, []byte("gh"))
		requireBlocked(t, queued)
		requireBlocked(t, read)

		require.False(t, a.Closed())
		require.NoError(t, a.Close())
		require.True(t, a.Closed())
		requireErr(t, (<-read).err, "read", net.ErrClosed)
		r := <-write
		requireErr(t, r.err, "write", net.ErrClosed)
		require.Equal(t, 4, r.n)
		requireErr(t, (<-queued).err, "write", net.ErrClosed)

		time.Sleep(2 * time.Hour) // a closed end stays closed when its deadline would have passed
		_, err := a.Read(make([]byte, 1))
		requireErr(t, err, "read", net.ErrClosed)
		_, err = a.Write([]byte("x"))
		requireErr(t, err, "write", net.ErrClosed)
		requireErr(t, a.Close(), "close", net.ErrClosed)
		requireErr(t, a.CloseWrite(), "close", net.ErrClosed)
		requireErr(t, a.Reset(), "close", net.ErrClosed)
		requireErr(t, a.SetDeadline(time.Now()), "set", net.ErrClosed)
		requireErr(t, a.SetReadDeadline(time.Time{}), "set", net.ErrClosed)
		requireErr(t, a.SetWriteDeadline(time.Time{}), "set", net.ErrClosed)
	})
}

func TestAfterThePeerClosedReadsDrainAndWritesFail(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := memconn.Pipe(memconn.Buffer(4))
		send(t, a, "bye")
		write := start(b.Write, []byte("abcdef"))
		requireBlocked(t, write)
		require.NoError(t, a.Close())

		r := <-write
		requireErr(t, r.err, "write", memconn.ErrPeerClosed)
		require.Equal(t, 4, r.n)
		_, err := b.Write([]byte("x"))
		requireErr(t, err, "write", memconn.ErrPeerClosed)
		require.ErrorIs(t, err, io.ErrClosedPipe)
		require.NotErrorIs(t, err, net.ErrClosed)

		require.Equal(t, []string{"bye"}, pieces(t, b))
		_, err = b.Read(make([]byte, 1))
		require.Equal(t, io.EOF, err, "bare, and as often as one asks")
		require.NoError(t, b.SetDeadline(time.Now().Add(time.Hour)))
		require.False(t, b.Closed())
		require.NoError(t, b.Close())
		_, err = b.Read(make([]byte, 1))
		requireErr(t, err, "read", net.ErrClosed)
	})
}

func TestThePeersCloseEndsABlockedRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := memconn.Pipe()
		read := start(b.Read, make([]byte, 1))
		requireBlocked(t, read)
		require.NoError(t, a.Close())
		require.Equal(t, result{0, io.EOF}, <-read)
	})
}

func TestCloseWriteEndsOneDirectionOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := memconn.Pipe(memconn.Buffer(8))
		send(t, a, "question")
		write := start(a.Write, []byte("?"))
		requireBlocked(t, write)
		require.NoError(t, a.CloseWrite())
		require.NoError(t, a.CloseWrite(), "a second one changes nothing")
		requireErr(t, (<-write).err, "write", io.ErrClosedPipe)
		_, err := a.Write([]byte("x"))
		requireErr(t, err, "write", io.ErrClosedPipe)
		require.NotErrorIs(t, err, memconn.ErrPeerClosed)

		require.Equal(t, []string{"question"}, pieces(t, b))
		send(t, b, "answer")
		require.NoError(t, b.Close())
		require.Equal(t, []string{"answer"}, pieces(t, a))
		require.False(t, a.Closed())
		require.NoError(t, a.Close())
	})
}

func TestResetFailsThePeersCallsAndLosesWhatWasNotRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := memconn.Pipe(memconn.Buffer(4))
		read := start(b.Read, make([]byte, 1))
		write := start(b.Write, []byte("abcdef"))
		requireBlocked(t, read)
		requireBlocked(t, write)
		require.NoError(t, a.Reset())
		requireErr(t, (<-read).err, "read", memconn.ErrReset)
		r := <-write
		requireErr(t, r.err, "write", memconn.ErrReset)
		require.Equal(t, 4, r.n)

		for range 2 {
			_, err := b.Read(make([]byte, 1))
			requireErr(t, err, "read", memconn.ErrReset)
			_, err = b.Write([]byte("x"))
			requireErr(t, err, "write", memconn.ErrReset)
		}
		require.True(t, a.Closed())
		_, err := a.Read(make([]byte, 1))
		requireErr(t, err, "read", net.ErrClosed)
		_, err = a.Write([]byte("x"))
		requireErr(t, err, "write", net.ErrClosed)
		requireErr(t, a.Reset(), "close", net.ErrClosed)
		requireErr(t, a.Close(), "close", net.ErrClosed)

		require.NoError(t, b.Close())
		_, err = b.Read(make([]byte, 1))
		requireErr(t, err, "read", net.ErrClosed)
	})
}

func TestResetOutranksAnEndThatWasSentBefore(t *testing.T) {
	a, b := memconn.Pipe()
	send(t, a, "lost")
	require.NoError(t, a.CloseWrite())
	require.NoError(t, b.CloseWrite())
	require.NoError(t, a.Reset())
	n, err := b.Read(make([]byte, 8))
	requireErr(t, err, "read", memconn.ErrReset)
	require.Zero(t, n)
	_, err = b.Write([]byte("x"))
	requireErr(t, err, "write", memconn.ErrReset)
}

func TestResetAfterThePeersCloseConcernsNobody(t *testing.T) {
	a, b := memconn.Pipe()
	require.NoError(t, b.Close())
	require.NoError(t, a.Reset())
	_, err := b.Read(make([]byte, 1))
	requireErr(t, err, "read", net.ErrClosed)
	_, err = b.Write([]byte("x"))
	requireErr(t, err, "write", net.ErrClosed)
}

func TestCallsAreCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := memconn.Pipe()
		send(t, a, "abc")
		send(t, a, "")
		_, err := io.ReadFull(b, make([]byte, 3))
		require.NoError(t, err)
		read := start(b.Read, make([]byte, 1))
		requireBlocked(t, read)
		require.Equal(t, 2, b.Reads(), "one that is blocked counts")
		require.NoError(t, b.Close())
		_, err = b.Write([]byte("x"))
		require.Error(t, err)
		require.Equal(t, []int{0, 2, 2, 1}, []int{a.Reads(), a.Writes(), b.Reads(), b.Writes()})
	})
}

func TestAddressesNameTheEnds(t *testing.T) {
	a, b := memconn.Pipe()
	require.Equal(t, "memconn", a.LocalAddr().Network())
	require.Equal(t, a.LocalAddr(), b.RemoteAddr())
	require.Equal(t, b.LocalAddr(), a.RemoteAddr())
	require.NoError(t, b.Close())
	_, err := a.Write([]byte("x"))
	require.EqualError(t, err, "write memconn a->b: the peer closed the connection: io: read/write on closed pipe")
}

func TestABubbleSeesADeadlock(t *testing.T) {
	defer func() {
		require.Contains(t, fmt.Sprint(recover()), "deadlock")
	}()
	synctest.Test(t, func(t *testing.T) {
		a, _ := memconn.Pipe(memconn.Buffer(1))
		go a.Write([]byte("full"))
		go a.Write([]byte("behind it"))
		a.Read(make([]byte, 1))
	})
	t.Error("unreachable: two writes and a read wait for ever")
}

func TestTheSteadyStateDoesNotAllocate(t *testing.T) {
	a, b := memconn.Pipe()
	p, q := make([]byte, 1000), make([]byte, 1000)
	allocs := testing.AllocsPerRun(100, func() {
		deadline := time.Now().Add(time.Hour)
		err := errors.Join(a.SetDeadline(deadline), b.SetDeadline(deadline))
		_, werr := a.Write(p)
		_, rerr := b.Read(q)
		if err != nil || werr != nil || rerr != nil {
			t.Error(err, werr, rerr)
		}
	})
	require.Zero(t, allocs, "tests that count a caller's allocations run on this connection")
	a.Close()
	b.Close()
}
