package main

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// startNginx puts nginx in front of our server, as a proxy that speaks TLS: what our
// client says to it is wss, and our server hears ws.
func startNginx(t *testing.T, our *server) (client, *server, string) {
	path, err := exec.LookPath("nginx")
	if err != nil {
		path, err = exec.LookPath("/usr/sbin/nginx") // not in everybody's PATH
	}
	if err != nil {
		return nil, nil, "there is no nginx; to install it: apt-get install nginx"
	}
	version, _ := exec.Command(path, "-v").CombinedOutput()
	seen.version("nginx", strings.TrimPrefix(strings.TrimSpace(string(version)), "nginx version: "))

	dir := t.TempDir()
	certify(t, dir)
	// Nginx takes over a listener that is open already: nobody else can have got the
	// port in between.
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	file, err := listener.(*net.TCPListener).File()
	listener.Close()
	if err != nil {
		return nil, nil, "this system hands no listener to another program; run it on Linux or macOS"
	}
	address := listener.Addr().String()
	defer file.Close()
	config := strings.NewReplacer("DIR", filepath.ToSlash(dir), "ADDRESS", address,
		"OURS", strings.TrimPrefix(our.url, "ws://")).Replace(nginxConfig)
	if err := os.WriteFile(filepath.Join(dir, "nginx.conf"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, "-p", dir, "-c", "nginx.conf", "-e", "stderr")
	cmd.ExtraFiles = []*os.File{file} // number 3
	cmd.Env = append(os.Environ(), "NGINX=3;")
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Signal(os.Interrupt) // a fast end
		late := time.AfterFunc(patience, func() { cmd.Process.Kill() })
		defer late.Stop()
		if err := cmd.Wait(); err != nil || t.Failed() {
			t.Errorf("nginx ended: %v\n%s", err, complaints.String())
		}
	})
	url := "wss://" + address
	return nil, &server{name: "nginx", url: url, limited: url, inbox: our.inbox}, ""
}

const nginxConfig = `
daemon off;
pid DIR/nginx.pid;
error_log stderr;
events {}
http {
	access_log off;
	client_body_temp_path DIR/body;
	proxy_temp_path DIR/proxy;
	fastcgi_temp_path DIR/fastcgi;
	uwsgi_temp_path DIR/uwsgi;
	scgi_temp_path DIR/scgi;
	server {
		listen ADDRESS ssl;
		ssl_certificate DIR/certificate.pem;
		ssl_certificate_key DIR/key.pem;
		location / {
			proxy_pass http://OURS;
			proxy_http_version 1.1;
			proxy_set_header Host $http_host;
			proxy_set_header Upgrade $http_upgrade;
			proxy_set_header Connection "upgrade";
		}
	}
}
`

// certify makes a certificate for 127.0.0.1 that only this run trusts.
func certify(t *testing.T, dir string) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		IPAddresses:  []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore:    time.Now().Add(-time.Hour),
		NotAfter:     time.Now().Add(time.Hour),
	}
	certificate, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for name, block := range map[string]*pem.Block{
		"certificate.pem": {Type: "CERTIFICATE", Bytes: certificate},
		"key.pem":         {Type: "PRIVATE KEY", Bytes: private},
	} {
		if err := os.WriteFile(filepath.Join(dir, name), pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	parsed, err := x509.ParseCertificate(certificate)
	if err != nil {
		t.Fatal(err)
	}
	roots.AddCert(parsed)
}
