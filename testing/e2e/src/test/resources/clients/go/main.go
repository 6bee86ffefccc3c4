// The official Go client against a server: one scenario a run.
//
//	client SCENARIO URL [key=value...]
//
// Prints "step NAME" where the test has to do something first (it answers with a line on
// standard input), "ok" at the end, or "failed: REASON" and exit code 1.
package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"
)

const patience = 20 * time.Second

var (
	url      string
	options  = map[string]string{}
	stdin    = bufio.NewReader(os.Stdin)
	scenario = map[string]func() error{
		"pubsub":      pubsub,
		"queue":       queue,
		"request":     request,
		"headers":     headers,
		"unsubscribe": unsubscribe,
		"noecho":      noEcho,
		"reconnect":   reconnect,
		"drain":       drain,
		"lameduck":    lameDuck,
		"login":       login,
		"refused":     refused,
		"violation":   violation,
		"streams":     withJetStream(streams),
		"consumers":   withJetStream(consumers),
		"ordered":     withJetStream(ordered),
		"keyvalue":    withJetStream(keyValue),
		"objects":     withJetStream(objects),
	}
)

func main() {
	url = os.Args[2]
	for _, pair := range os.Args[3:] {
		key, value, _ := strings.Cut(pair, "=")
		options[key] = value
	}
	run := scenario[os.Args[1]]
	if run == nil {
		fail(fmt.Errorf("no scenario %q", os.Args[1]))
	}
	if err := run(); err != nil {
		fail(err)
	}
	fmt.Println("ok")
}

func fail(err error) {
	fmt.Println("failed:", err)
	os.Exit(1)
}

func step(name string) {
	fmt.Println("step", name)
	if _, err := stdin.ReadString('\n'); err != nil {
		fail(fmt.Errorf("nobody answered step %s: %w", name, err))
	}
}

func dial(more ...nats.Option) (*nats.Conn, error) {
	all := []nats.Option{
		nats.Name("e2e-go"), nats.Timeout(patience), nats.MaxReconnects(-1),
		nats.ReconnectWait(50 * time.Millisecond), nats.ReconnectJitter(0, 0),
	}
	if seed := options["seedfile"]; seed != "" {
		option, err := nats.NkeyOptionFromSeed(seed)
		if err != nil {
			return nil, err
		}
		all = append(all, option)
	}
	if user := options["user"]; user != "" {
		all = append(all, nats.UserInfo(user, options["pass"]))
	}
	if token := options["token"]; token != "" {
		all = append(all, nats.Token(token))
	}
	if creds := options["creds"]; creds != "" {
		all = append(all, nats.UserCredentials(creds))
	}
	if ca := options["ca"]; ca != "" {
		all = append(all, nats.RootCAs(ca))
	}
	if cert := options["cert"]; cert != "" {
		all = append(all, nats.ClientCert(cert, options["key"]))
	}
	if options["first"] == "true" {
		all = append(all, nats.TLSHandshakeFirst())
	}
	return nats.Connect(url, append(all, more...)...)
}

// equal says what differs, or nil.
func equal(what string, got, want any) error {
	if fmt.Sprint(got) != fmt.Sprint(want) {
		return fmt.Errorf("%s: got %v, want %v", what, got, want)
	}
	return nil
}

func pubsub() error {
	nc, err := dial()
	if err != nil {
		return err
	}
	defer nc.Close()
	exact, _ := nc.SubscribeSync("pubsub.go.one")
	star, _ := nc.SubscribeSync("pubsub.go.*")
	tail, _ := nc.SubscribeSync("pubsub.go.>")
	const n = 500
	for i := range n {
		if err := nc.Publish("pubsub.go.one", []byte(strconv.Itoa(i))); err != nil {
			return err
		}
	}
	nc.Publish("pubsub.go", []byte("matches none"))
	nc.Publish("pubsub.go.two.three", []byte("tail only"))
	big := bytes.Repeat([]byte("0123456789abcdef"), 16384)
	nc.Publish("pubsub.go.one", big)
	nc.Publish("pubsub.go.one", nil)
	if err := nc.Flush(); err != nil {
		return err
	}
	for _, sub := range []*nats.Subscription{exact, star, tail} {
		for i := range n {
			m, err := sub.NextMsg(patience)
			if err != nil {
				return err
			}
			if err := equal(sub.Subject, string(m.Data), i); err != nil {
				return err
			}
		}
		if sub == tail {
			m, err := sub.NextMsg(patience)
			if err != nil {
				return err
			}
			if err := equal("subject", m.Subject, "pubsub.go.two.three"); err != nil {
				return err
			}
		}
		m, err := sub.NextMsg(patience)
		if err != nil {
			return err
		}
		if !bytes.Equal(m.Data, big) {
			return fmt.Errorf("%s: large payload changed, %d bytes", sub.Subject, len(m.Data))
		}
		if m, err = sub.NextMsg(patience); err != nil {
			return err
		}
		if err := equal("empty payload", len(m.Data), 0); err != nil {
			return err
		}
	}
	return nil
}

func queue() error {
	const n = 300
	var mu sync.Mutex
	seen := map[string]int{}
	var plain atomic.Int32
	members := make([]atomic.Int32, 3)
	done := make(chan struct{}, 2*n)
	for i := range members {
		nc, err := dial()
		if err != nil {
			return err
		}
		defer nc.Close()
		nc.QueueSubscribe("queue.go.*", "workers", func(m *nats.Msg) {
			members[i].Add(1)
			mu.Lock()
			seen[string(m.Data)]++
			mu.Unlock()
			done <- struct{}{}
		})
		if i == 0 {
			nc.Subscribe("queue.go.a", func(*nats.Msg) { plain.Add(1); done <- struct{}{} })
		}
		if err := nc.Flush(); err != nil {
			return err
		}
	}
	nc, err := dial()
	if err != nil {
		return err
	}
	defer nc.Close()
	for i := range n {
		nc.Publish("queue.go.a", []byte(strconv.Itoa(i)))
	}
	nc.Flush()
	for i := range 2 * n {
		select {
		case <-done:
		case <-time.After(patience):
			return fmt.Errorf("only %d of %d deliveries", i, 2*n)
		}
	}
	mu.Lock()
	defer mu.Unlock()
	if err := equal("messages seen by the group", len(seen), n); err != nil {
		return err
	}
	for i := range members {
		if members[i].Load() == 0 {
			return fmt.Errorf("member %d got nothing", i)
		}
	}
	return equal("plain", plain.Load(), n)
}

func request() error {
	nc, err := dial()
	if err != nil {
		return err
	}
	defer nc.Close()
	service, err := dial()
	if err != nil {
		return err
	}
	defer service.Close()
	service.Subscribe("request.go.upper", func(m *nats.Msg) { m.Respond(bytes.ToUpper(m.Data)) })
	if err := service.Flush(); err != nil {
		return err
	}
	for i := range 100 {
		m, err := nc.Request("request.go.upper", []byte("word"+strconv.Itoa(i)), patience)
		if err != nil {
			return err
		}
		if err := equal("answer", string(m.Data), "WORD"+strconv.Itoa(i)); err != nil {
			return err
		}
	}
	_, err = nc.Request("request.go.nobody", nil, patience)
	if !errors.Is(err, nats.ErrNoResponders) {
		return fmt.Errorf("no responders expected, got %v", err)
	}
	return nil
}

func headers() error {
	nc, err := dial()
	if err != nil {
		return err
	}
	defer nc.Close()
	sub, _ := nc.SubscribeSync("headers.go")
	m := nats.NewMsg("headers.go")
	m.Header["One"] = []string{"1"}
	m.Header["Many"] = []string{"a", "b c"}
	m.Data = []byte("body")
	if err := nc.PublishMsg(m); err != nil {
		return err
	}
	m.Data = nil
	m.Reply = "headers.go.reply"
	nc.PublishMsg(m)
	for _, body := range []string{"body", ""} {
		got, err := sub.NextMsg(patience)
		if err != nil {
			return err
		}
		if err := equal("body", string(got.Data), body); err != nil {
			return err
		}
		if err := equal("One", got.Header.Values("One"), []string{"1"}); err != nil {
			return err
		}
		if err := equal("Many", got.Header.Values("Many"), []string{"a", "b c"}); err != nil {
			return err
		}
	}
	return nil
}

func unsubscribe() error {
	nc, err := dial()
	if err != nil {
		return err
	}
	defer nc.Close()
	var got atomic.Int32
	sub, _ := nc.Subscribe("unsubscribe.go", func(*nats.Msg) { got.Add(1) })
	closed := make(chan struct{})
	sub.SetClosedHandler(func(string) { close(closed) })
	if err := sub.AutoUnsubscribe(5); err != nil {
		return err
	}
	for range 10 {
		nc.Publish("unsubscribe.go", nil)
	}
	nc.Flush()
	select {
	case <-closed:
	case <-time.After(patience):
		return errors.New("the subscription did not end")
	}
	again, _ := nc.SubscribeSync("unsubscribe.go.again")
	again.Unsubscribe()
	nc.Publish("unsubscribe.go.again", nil)
	nc.Flush()
	return equal("messages", got.Load(), 5)
}

func noEcho() error {
	quiet, err := dial(nats.NoEcho())
	if err != nil {
		return err
	}
	defer quiet.Close()
	other, err := dial()
	if err != nil {
		return err
	}
	defer other.Close()
	sub, _ := quiet.SubscribeSync("noecho.go")
	quiet.Publish("noecho.go", []byte("own"))
	quiet.Flush()
	other.Publish("noecho.go", []byte("other"))
	other.Flush()
	m, err := sub.NextMsg(patience)
	if err != nil {
		return err
	}
	return equal("message", string(m.Data), "other")
}

func reconnect() error {
	back := make(chan struct{}, 10)
	nc, err := dial(nats.ReconnectHandler(func(*nats.Conn) { back <- struct{}{} }))
	if err != nil {
		return err
	}
	defer nc.Close()
	sub, _ := nc.SubscribeSync("reconnect.go")
	for _, word := range []string{"before", "after"} {
		if err := nc.Publish("reconnect.go", []byte(word)); err != nil {
			return err
		}
		m, err := sub.NextMsg(patience)
		if err != nil {
			return err
		}
		if err := equal("message", string(m.Data), word); err != nil {
			return err
		}
		if word == "before" {
			step("restart")
			select {
			case <-back:
			case <-time.After(patience):
				return errors.New("not reconnected")
			}
		}
	}
	return nil
}

func drain() error {
	const n = 200
	closed := make(chan struct{})
	nc, err := dial(nats.ClosedHandler(func(*nats.Conn) { close(closed) }))
	if err != nil {
		return err
	}
	sender, err := dial()
	if err != nil {
		return err
	}
	defer sender.Close()
	var got atomic.Int32
	gate := make(chan struct{})
	nc.Subscribe("drain.go", func(m *nats.Msg) { <-gate; got.Add(1); m.Respond(nil) })
	nc.Flush()
	answers, _ := sender.SubscribeSync("drain.go.answer")
	for range n {
		sender.PublishRequest("drain.go", "drain.go.answer", nil)
	}
	sender.Flush()
	nc.Flush()
	if err := nc.Drain(); err != nil {
		return err
	}
	close(gate)
	select {
	case <-closed:
	case <-time.After(patience):
		return errors.New("not closed after drain")
	}
	for range n {
		if _, err := answers.NextMsg(patience); err != nil {
			return err
		}
	}
	if _, err := sender.Request("drain.go", nil, patience); !errors.Is(err, nats.ErrNoResponders) {
		return fmt.Errorf("no responders expected after drain, got %v", err)
	}
	return equal("messages", got.Load(), n)
}

func lameDuck() error {
	duck := make(chan struct{})
	nc, err := dial(nats.LameDuckModeHandler(func(*nats.Conn) { close(duck) }), nats.MaxReconnects(0))
	if err != nil {
		return err
	}
	defer nc.Close()
	sub, _ := nc.SubscribeSync("lameduck.go")
	nc.Flush()
	step("lameduck")
	select {
	case <-duck:
	case <-time.After(patience):
		return errors.New("no lame duck notice")
	}
	nc.Publish("lameduck.go", []byte("still served"))
	_, err = sub.NextMsg(patience)
	return err
}

func login() error {
	nc, err := dial()
	if err != nil {
		return err
	}
	defer nc.Close()
	if options["tls"] == "true" {
		state, err := nc.TLSConnectionState()
		if err != nil {
			return err
		}
		if !state.HandshakeComplete {
			return errors.New("no TLS")
		}
	}
	sub, _ := nc.SubscribeSync("login.go")
	nc.Publish("login.go", []byte("in"))
	m, err := sub.NextMsg(patience)
	if err != nil {
		return err
	}
	return equal("message", string(m.Data), "in")
}

func refused() error {
	nc, err := dial()
	if err == nil {
		nc.Close()
		return errors.New("the login was accepted")
	}
	if want := options["reason"]; !strings.Contains(strings.ToLower(err.Error()), want) {
		return fmt.Errorf("refused with %q instead of %q", err, want)
	}
	return nil
}

func violation() error {
	errs := make(chan error, 10)
	nc, err := dial(nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) { errs <- err }))
	if err != nil {
		return err
	}
	defer nc.Close()
	nc.Publish("denied.go", nil)
	nc.Flush()
	nc.SubscribeSync("denied.sub.go")
	nc.Flush()
	for _, want := range []string{"Publish to \"denied.go\"", "Subscription to \"denied.sub.go\""} {
		select {
		case err := <-errs:
			if !strings.Contains(strings.ToLower(err.Error()), strings.ToLower(want)) {
				return fmt.Errorf("got %v, want %s", err, want)
			}
		case <-time.After(patience):
			return errors.New("no permissions violation for " + want)
		}
	}
	sub, _ := nc.SubscribeSync("allowed.go")
	nc.Publish("allowed.go", nil)
	_, err = sub.NextMsg(patience)
	return err
}
