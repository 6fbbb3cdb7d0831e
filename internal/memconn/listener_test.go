package memconn_test

import (
	"errors"
	"io"
	"net"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example/websockets/internal/memconn"
)

func TestAListenerAcceptsWhatWasDialed(t *testing.T) {
	ln := memconn.Listen()
	client, err := ln.Dial()
	require.NoError(t, err)
	server, err := ln.Accept()
	require.NoError(t, err)
	_, err = io.WriteString(client, "hello")
	require.NoError(t, err)
	require.NoError(t, client.Close())
	got, err := io.ReadAll(server)
	require.NoError(t, err)
	assert.Equal(t, "hello", string(got))
}

func TestClosingAListenerEndsAcceptAndDial(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ln := memconn.Listen()
		ended := make(chan error)
		go func() {
			_, err := ln.Accept()
			ended <- err
		}()
		synctest.Wait()
		require.NoError(t, ln.Close())
		assert.ErrorIs(t, <-ended, net.ErrClosed)
		assert.True(t, ln.Closed())
		_, err := ln.Dial()
		assert.ErrorIs(t, err, net.ErrClosed)
		assert.ErrorIs(t, ln.Close(), net.ErrClosed, "a second Close says so")
	})
}

func TestAListenerFailsOnDemand(t *testing.T) {
	ln := memconn.Listen()
	boom := errors.New("boom")
	ln.Fail(boom)
	_, err := ln.Accept()
	assert.Equal(t, boom, err)
}
