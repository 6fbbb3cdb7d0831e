package contest

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"

	coder "github.com/coder/websocket"
	"github.com/gobwas/ws"
	"github.com/gobwas/ws/wsutil"
	gorilla "github.com/gorilla/websocket"
	"github.com/lxzan/gws"
	xnet "golang.org/x/net/websocket"

	ours "example/websockets/lessons/04-websocket"
)

// A contestant echoes messages, with compression off.
type contestant struct {
	name   string
	module string // for its version
	how    string // it is used, for the page

	// serve echoes until the connection ends. Where the library allows it, that is
	// done by a goroutine and the handler returns, which frees what net/http holds.
	serve http.HandlerFunc

	// dial makes a client, on conn.
	dial func(conn net.Conn, url string) (player, error)
}

// A player is the client in a contest.
type player interface {
	// trips sends a message and waits for its echo, n times.
	trips(n int, payload []byte) error
}

const (
	rawName    = "raw TCP"
	ourName    = "this course"
	queuedName = "this course, queued"
)

var background = context.Background()

// limit is above every message of the contests.
const limit = 4 << 20

var contestants = []contestant{
	{
		rawName, "", "four bytes of length and the payload, no mask; what is left without a WebSocket",
		rawServe, rawDial,
	},
	{
		ourName, "", "`ReadMessage`, which is given the last payload's memory again, and `WriteMessage`",
		ourServe, ourDial,
	},
	{
		"x/net", "golang.org/x/net", "`Message.Receive` and `Message.Send`",
		xnet.Handler(xnetEcho).ServeHTTP, xnetDial,
	},
	{
		"gorilla", "github.com/gorilla/websocket", "`ReadMessage`, which makes memory for every message, and `WriteMessage`",
		gorillaServe(gorillaRead), gorillaDial(gorillaRead),
	},
	{
		"gorilla, buffer kept", "github.com/gorilla/websocket", "`NextReader`, read to a buffer that is kept, and `WriteMessage`",
		gorillaServe(gorillaKeep), gorillaDial(gorillaKeep),
	},
	{
		"coder", "github.com/coder/websocket", "`Read`, which makes memory for every message, and `Write`",
		coderServe(coderRead), coderDial(coderRead),
	},
	{
		"coder, buffer kept", "github.com/coder/websocket", "`Reader`, read to a buffer that is kept, and `Write`",
		coderServe(coderKeep), coderDial(coderKeep),
	},
	{
		"gobwas", "github.com/gobwas/ws", "`wsutil.ReadClientData` and `WriteServerMessage`; header and payload are read one by one, and written one by one",
		gobwasServe, gobwasDial,
	},
	{
		"gobwas frames", "github.com/gobwas/ws", "its headers and its mask in a loop written for this contest: buffers are kept, " +
			"a frame is one write, and nothing is checked, no length, no text, no control frame",
		framesServe, framesDial,
	},
	{
		"gws", "github.com/lxzan/gws", "`OnMessage` and `WriteMessage`",
		gwsServe, gwsDial,
	},
}

// queued is this course once more, for the pipelined contest only: it queues the
// echoes, and flushes them when no more input is buffered.
var queued = contestant{
	queuedName, "", "`ReadMessage` and `Queue`; `Flush` when no more input is buffered",
	queuedServe, ourDial,
}

// calls is a player whose library has calls to send and to receive.
type calls struct {
	send    func(payload []byte) error
	receive func() (payload []byte, err error)
}

func (c calls) trips(n int, payload []byte) error {
	for n--; n >= 0; n-- {
		if err := c.send(payload); err != nil {
			return err
		}
		got, err := c.receive()
		if err != nil {
			return err
		}
		if err := checkEcho(got, payload, n == 0); err != nil {
			return err
		}
	}
	return nil
}

// checkEcho looks at the length of an echo, and at the bytes of the last.
func checkEcho(got, want []byte, last bool) error {
	if len(got) != len(want) || last && !bytes.Equal(got, want) {
		return errors.New("the echo is not what was sent")
	}
	return nil
}

// Raw TCP: four bytes of length, the payload, no mask. It is the floor.

func rawServe(w http.ResponseWriter, r *http.Request) {
	conn, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\n\r\n")
	go func() {
		defer conn.Close()
		c := rawConn{conn, buffered.Reader, make([]byte, 4)}
		for {
			if _, err := c.receive(); err != nil {
				return
			}
			if _, err := conn.Write(c.buf); err != nil {
				return
			}
		}
	}()
}

type rawConn struct {
	net.Conn
	r   *bufio.Reader
	buf []byte // the newest message, with its length
}

func (c *rawConn) receive() ([]byte, error) {
	if _, err := io.ReadFull(c.r, c.buf[:4]); err != nil {
		return nil, err
	}
	c.buf = room(c.buf, 4+int(binary.BigEndian.Uint32(c.buf)))
	_, err := io.ReadFull(c.r, c.buf[4:])
	return c.buf[4:], err
}

// room returns a buffer of n bytes, which begins as buf does.
func room(buf []byte, n int) []byte {
	if cap(buf) < n {
		buf = append(make([]byte, 0, n), buf...)
	}
	return buf[:n]
}

func rawDial(conn net.Conn, to string) (player, error) {
	r, err := handshake(conn, to)
	if err != nil {
		return nil, err
	}
	c := &rawConn{conn, r, make([]byte, 4)}
	var out []byte
	return calls{
		send: func(p []byte) error {
			out = append(binary.BigEndian.AppendUint32(out[:0], uint32(len(p))), p...)
			_, err := conn.Write(out)
			return err
		},
		receive: c.receive,
	}, nil
}

// This course.

func ourServe(w http.ResponseWriter, r *http.Request) {
	c, err := ours.Upgrade(w, r, &ours.UpgradeOptions{Options: ours.Options{MessageLimit: limit}})
	if err != nil {
		return
	}
	go func() {
		defer c.CloseNow()
		for buf := []byte(nil); ; {
			op, p, err := c.ReadMessage(background, buf)
			if err != nil || c.WriteMessage(background, op, p) != nil {
				return
			}
			buf = p
		}
	}()
}

func ourDial(conn net.Conn, to string) (player, error) {
	c, err := ours.Dial(background, to, &ours.DialOptions{
		Options:     ours.Options{MessageLimit: limit},
		DialContext: func(context.Context, string, string) (net.Conn, error) { return conn, nil },
	})
	var buf []byte
	return calls{
		send: func(p []byte) error { return c.WriteMessage(background, ours.OpBinary, p) },
		receive: func() ([]byte, error) {
			_, p, err := c.ReadMessage(background, buf)
			buf = p
			return p, err
		},
	}, err
}

func queuedServe(w http.ResponseWriter, r *http.Request) {
	conn, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "+
		ours.AcceptKey(r.Header.Get("Sec-WebSocket-Key"))+"\r\n\r\n")
	b := &flushing{Conn: conn, r: bufio.NewReaderSize(buffered.Reader, 64<<10)}
	b.c = ours.NewConn(b, ours.Server, nil, &ours.Options{MessageLimit: limit})
	go func() {
		defer conn.Close()
		for buf := []byte(nil); ; {
			op, p, err := b.c.ReadMessage(background, buf)
			if err != nil || b.c.Queue(background, op, p) != nil {
				return
			}
			buf = p
		}
	}()
}

// flushing is a connection that sends what is queued before it waits for more.
type flushing struct {
	net.Conn
	r *bufio.Reader
	c *ours.Conn
}

func (f *flushing) Read(p []byte) (int, error) {
	if f.r.Buffered() == 0 {
		if err := f.c.Flush(background); err != nil {
			return 0, err
		}
	}
	return f.r.Read(p)
}

// golang.org/x/net/websocket

func xnetEcho(c *xnet.Conn) {
	c.MaxPayloadBytes = limit
	for {
		var p []byte
		if xnet.Message.Receive(c, &p) != nil || xnet.Message.Send(c, p) != nil {
			return
		}
	}
}

func xnetDial(conn net.Conn, to string) (player, error) {
	u, err := url.Parse(to)
	if err != nil {
		return nil, err
	}
	config, err := xnet.NewConfig(to, "http://"+u.Host)
	if err != nil {
		return nil, err
	}
	c, err := xnet.NewClient(config, conn)
	if err != nil {
		return nil, err
	}
	c.MaxPayloadBytes = limit
	return calls{
		send: func(p []byte) error { return xnet.Message.Send(c, p) },
		receive: func() ([]byte, error) {
			var p []byte
			err := xnet.Message.Receive(c, &p)
			return p, err
		},
	}, nil
}

// github.com/gorilla/websocket

// A gorillaReceive is a way to receive a message. Kept is the connection's own.
type gorillaReceive func(c *gorilla.Conn, kept *bytes.Buffer) (kind int, payload []byte, err error)

func gorillaRead(c *gorilla.Conn, _ *bytes.Buffer) (int, []byte, error) { return c.ReadMessage() }

func gorillaKeep(c *gorilla.Conn, kept *bytes.Buffer) (int, []byte, error) {
	kind, r, err := c.NextReader()
	if err != nil {
		return 0, nil, err
	}
	kept.Reset()
	_, err = kept.ReadFrom(r)
	return kind, kept.Bytes(), err
}

func gorillaServe(receive gorillaReceive) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		c, err := (&gorilla.Upgrader{}).Upgrade(w, r, nil)
		if err != nil {
			return
		}
		go func() {
			defer c.Close()
			for kept := new(bytes.Buffer); ; {
				kind, p, err := receive(c, kept)
				if err != nil || c.WriteMessage(kind, p) != nil {
					return
				}
			}
		}()
	}
}

func gorillaDial(receive gorillaReceive) func(conn net.Conn, to string) (player, error) {
	return func(conn net.Conn, to string) (player, error) {
		c, _, err := (&gorilla.Dialer{NetDial: func(string, string) (net.Conn, error) { return conn, nil }}).Dial(to, nil)
		kept := new(bytes.Buffer)
		return calls{
			send: func(p []byte) error { return c.WriteMessage(gorilla.BinaryMessage, p) },
			receive: func() ([]byte, error) {
				_, p, err := receive(c, kept)
				return p, err
			},
		}, err
	}
}

// github.com/coder/websocket

// A coderReceive is a way to receive a message. Kept is the connection's own.
type coderReceive func(c *coder.Conn, kept *bytes.Buffer) (coder.MessageType, []byte, error)

func coderRead(c *coder.Conn, _ *bytes.Buffer) (coder.MessageType, []byte, error) {
	return c.Read(background)
}

func coderKeep(c *coder.Conn, kept *bytes.Buffer) (coder.MessageType, []byte, error) {
	kind, r, err := c.Reader(background)
	if err != nil {
		return 0, nil, err
	}
	kept.Reset()
	_, err = kept.ReadFrom(r)
	return kind, kept.Bytes(), err
}

func coderServe(receive coderReceive) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		c, err := coder.Accept(w, r, nil)
		if err != nil {
			return
		}
		c.SetReadLimit(limit)
		go func() {
			defer c.CloseNow()
			for kept := new(bytes.Buffer); ; {
				kind, p, err := receive(c, kept)
				if err != nil || c.Write(background, kind, p) != nil {
					return
				}
			}
		}()
	}
}

func coderDial(receive coderReceive) func(conn net.Conn, to string) (player, error) {
	return func(conn net.Conn, to string) (player, error) {
		c, _, err := coder.Dial(background, to, &coder.DialOptions{HTTPClient: &http.Client{Transport: &http.Transport{
			DialContext: func(context.Context, string, string) (net.Conn, error) { return conn, nil },
		}}})
		if err != nil {
			return nil, err
		}
		c.SetReadLimit(limit)
		kept := new(bytes.Buffer)
		return calls{
			send: func(p []byte) error { return c.Write(background, coder.MessageBinary, p) },
			receive: func() ([]byte, error) {
				_, p, err := receive(c, kept)
				return p, err
			},
		}, nil
	}
}

// github.com/gobwas/ws, with the messages of its package wsutil

func gobwasServe(w http.ResponseWriter, r *http.Request) {
	conn, _, _, err := ws.UpgradeHTTP(r, w)
	if err != nil {
		return
	}
	go func() {
		defer conn.Close()
		for {
			p, op, err := wsutil.ReadClientData(conn)
			if err != nil || wsutil.WriteServerMessage(conn, op, p) != nil {
				return
			}
		}
	}()
}

func gobwasDial(conn net.Conn, to string) (player, error) {
	if err := gobwasHandshake(conn, to); err != nil {
		return nil, err
	}
	return calls{
		send: func(p []byte) error { return wsutil.WriteClientMessage(conn, ws.OpBinary, p) },
		receive: func() ([]byte, error) {
			p, _, err := wsutil.ReadServerData(conn)
			return p, err
		},
	}, nil
}

func gobwasHandshake(conn net.Conn, to string) error {
	u, err := url.Parse(to)
	if err != nil {
		return err
	}
	_, _, err = ws.Dialer{}.Upgrade(conn, u) // no server of ours speaks first
	return err
}

// The same library's frames, by hand: buffers are kept, and header and payload go
// out in one write. Nothing is checked.

func framesServe(w http.ResponseWriter, r *http.Request) {
	conn, buffered, _, err := ws.UpgradeHTTP(r, w)
	if err != nil {
		return
	}
	go func() {
		defer conn.Close()
		c := frameConn{conn: conn, r: buffered.Reader}
		for {
			h, err := c.receive()
			if err != nil || c.send(ws.Header{Fin: true, OpCode: h.OpCode, Length: h.Length}, c.in) != nil {
				return
			}
		}
	}()
}

type frameConn struct {
	conn net.Conn
	r    *bufio.Reader
	in   []byte
	out  bytes.Buffer
	head [ws.MaxHeaderSize]byte
}

func (c *frameConn) receive() (ws.Header, error) {
	h, err := ws.ReadHeaderBuffer(c.r, c.head[:])
	if err != nil {
		return h, err
	}
	c.in = room(c.in[:0], int(h.Length))
	if _, err = io.ReadFull(c.r, c.in); h.Masked {
		ws.Cipher(c.in, h.Mask, 0)
	}
	return h, err
}

func (c *frameConn) send(h ws.Header, p []byte) error {
	c.out.Reset()
	if err := ws.WriteHeaderBuffer(&c.out, h, c.head[:]); err != nil {
		return err
	}
	c.out.Write(p)
	if h.Masked {
		ws.Cipher(c.out.Bytes()[c.out.Len()-len(p):], h.Mask, 0)
	}
	_, err := c.conn.Write(c.out.Bytes())
	return err
}

func framesDial(conn net.Conn, to string) (player, error) {
	if err := gobwasHandshake(conn, to); err != nil {
		return nil, err
	}
	c := frameConn{conn: conn, r: bufio.NewReader(conn)}
	return calls{
		send: func(p []byte) error {
			return c.send(ws.Header{Fin: true, OpCode: ws.OpBinary, Masked: true, Mask: ws.NewMask(), Length: int64(len(p))}, p)
		},
		receive: func() ([]byte, error) {
			_, err := c.receive()
			return c.in, err
		},
	}, nil
}

// github.com/lxzan/gws, which calls back

func gwsServe(w http.ResponseWriter, r *http.Request) {
	c, err := gws.NewUpgrader(gwsEcho{}, nil).Upgrade(w, r)
	if err == nil {
		go c.ReadLoop()
	}
}

type gwsEcho struct{ gws.BuiltinEventHandler }

func (gwsEcho) OnMessage(c *gws.Conn, m *gws.Message) {
	c.WriteMessage(m.Opcode, m.Bytes())
	m.Close()
}

// gwsPlayer sends the next message from the call that brings the last one's echo:
// there is no other goroutine to wake.
type gwsPlayer struct {
	gws.BuiltinEventHandler
	left    int
	payload []byte
	done    chan error
}

func (p *gwsPlayer) OnClose(_ *gws.Conn, err error) { p.done <- err }

func (p *gwsPlayer) OnMessage(c *gws.Conn, m *gws.Message) {
	p.left--
	err := checkEcho(m.Bytes(), p.payload, p.left == 0)
	m.Close()
	switch {
	case err != nil:
		p.done <- err
	case p.left == 0:
		p.done <- nil
	default:
		c.WriteMessage(gws.OpcodeBinary, p.payload)
	}
}

type gwsClient struct {
	*gwsPlayer
	c *gws.Conn
}

func (p gwsClient) trips(n int, payload []byte) error {
	p.left, p.payload = n, payload
	if err := p.c.WriteMessage(gws.OpcodeBinary, payload); err != nil {
		return err
	}
	return <-p.done
}

func gwsDial(conn net.Conn, to string) (player, error) {
	p := &gwsPlayer{done: make(chan error, 1)}
	c, _, err := gws.NewClientFromConn(p, &gws.ClientOption{Addr: to}, conn)
	if err != nil {
		return nil, err
	}
	go c.ReadLoop()
	return gwsClient{p, c}, nil
}
