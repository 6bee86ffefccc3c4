package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

func withJetStream(play func(context.Context, jetstream.JetStream) error) func() error {
	return func() error {
		nc, err := dial()
		if err != nil {
			return err
		}
		defer nc.Close()
		js, err := jetstream.New(nc)
		if err != nil {
			return err
		}
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		return play(ctx, js)
	}
}

// refusal says what is wrong unless err is this refusal of the server.
func refusal(what string, err error, code jetstream.ErrorCode) error {
	var refused *jetstream.APIError
	if !errors.As(err, &refused) || refused.ErrorCode != code {
		return fmt.Errorf("%s: got %v, want the error %d", what, err, code)
	}
	return nil
}

func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func streams(ctx context.Context, js jetstream.JetStream) error {
	config := jetstream.StreamConfig{Name: "go-streams", Subjects: []string{"streams.go.>"}, Duplicates: time.Minute}
	s, err := js.CreateStream(ctx, config)
	if err != nil {
		return err
	}
	config.Subjects = []string{"streams.go.b"}
	_, err = js.CreateStream(ctx, config)
	if err := refusal("stream with the same name", err, 10058); err != nil {
		return err
	}
	config.Name = "go-overlap"
	_, err = js.CreateStream(ctx, config)
	if err := refusal("stream with the same subjects", err, 10065); err != nil {
		return err
	}
	if err := publishing(ctx, js); err != nil {
		return err
	}
	return administration(ctx, js, s)
}

// publishing leaves 5 messages: "a", "b" and three to streams.go.many.
func publishing(ctx context.Context, js jetstream.JetStream) error {
	ack, err := js.Publish(ctx, "streams.go.a", []byte("a"), jetstream.WithMsgID("one"))
	if err != nil {
		return err
	}
	again, err := js.Publish(ctx, "streams.go.a", []byte("a"), jetstream.WithMsgID("one"))
	if err != nil {
		return err
	}
	err = firstOf(
		equal("ack", fmt.Sprint(ack.Stream, ack.Sequence, ack.Duplicate), "go-streams1 false"),
		equal("ack of a duplicate", fmt.Sprint(again.Sequence, again.Duplicate), "1 true"))
	if err != nil {
		return err
	}
	_, err = js.Publish(ctx, "streams.go.b", nil, jetstream.WithExpectLastSequence(7))
	if err := refusal("expected last sequence", err, 10071); err != nil {
		return err
	}
	_, err = js.Publish(ctx, "streams.go.a", nil, jetstream.WithExpectLastSequencePerSubject(7))
	if err := refusal("expected last sequence of the subject", err, 10071); err != nil {
		return err
	}
	_, err = js.Publish(ctx, "streams.go.a", nil, jetstream.WithExpectLastMsgID("two"))
	if err := refusal("expected last id", err, 10070); err != nil {
		return err
	}
	_, err = js.Publish(ctx, "streams.go.a", nil, jetstream.WithExpectStream("other"))
	if err := refusal("expected stream", err, 10060); err != nil {
		return err
	}
	if _, err := js.Publish(ctx, "streams.go.b", []byte("b"), jetstream.WithExpectLastSequence(1)); err != nil {
		return err
	}
	for i := range 3 {
		if _, err := js.PublishAsync("streams.go.many", []byte(strconv.Itoa(i))); err != nil {
			return err
		}
	}
	select {
	case <-js.PublishAsyncComplete():
	case <-ctx.Done():
		return errors.New("acks did not come")
	}
	_, err = js.Publish(ctx, "nobody.go", nil, jetstream.WithRetryAttempts(0))
	if !errors.Is(err, jetstream.ErrNoStreamResponse) {
		return fmt.Errorf("publish without a stream: %v", err)
	}
	return nil
}

func administration(ctx context.Context, js jetstream.JetStream, s jetstream.Stream) error {
	info, err := s.Info(ctx, jetstream.WithSubjectFilter(">"))
	if err != nil {
		return err
	}
	err = firstOf(
		equal("messages", info.State.Msgs, 5), equal("first", info.State.FirstSeq, 1),
		equal("last", info.State.LastSeq, 5), equal("subjects", info.State.NumSubjects, 3),
		equal("subject", info.State.Subjects["streams.go.many"], 3))
	if err != nil {
		return err
	}
	second, err := s.GetMsg(ctx, 2)
	if err != nil {
		return err
	}
	last, err := s.GetLastMsgForSubject(ctx, "streams.go.*")
	if err != nil {
		return err
	}
	if err := firstOf(equal("second", string(second.Data), "b"), equal("last", string(last.Data), "2")); err != nil {
		return err
	}
	if err := s.DeleteMsg(ctx, 2); err != nil {
		return err
	}
	if _, err := s.GetMsg(ctx, 2); !errors.Is(err, jetstream.ErrMsgNotFound) {
		return fmt.Errorf("a deleted message: %v", err)
	}
	config := info.Config
	config.MaxMsgs = 3
	config.Description = "less"
	if s, err = js.UpdateStream(ctx, config); err != nil {
		return err
	}
	if err := equal("messages after the update", s.CachedInfo().State.Msgs, 3); err != nil {
		return err
	}
	if err := s.Purge(ctx, jetstream.WithPurgeSubject("streams.go.many"), jetstream.WithPurgeKeep(1)); err != nil {
		return err
	}
	if info, err = s.Info(ctx); err != nil {
		return err
	}
	err = firstOf(equal("after the purge", info.State.Msgs, 1), equal("first after the purge", info.State.FirstSeq, 5))
	if err != nil {
		return err
	}
	return ending(ctx, js)
}

func ending(ctx context.Context, js jetstream.JetStream) error {
	found := false
	names := js.StreamNames(ctx)
	for name := range names.Name() {
		found = found || name == "go-streams"
	}
	if !found || names.Err() != nil {
		return fmt.Errorf("not among the names of streams: %v", names.Err())
	}
	account, err := js.AccountInfo(ctx)
	if err != nil {
		return err
	}
	if account.Streams < 1 {
		return errors.New("the account has no stream")
	}
	if err := js.DeleteStream(ctx, "go-streams"); err != nil {
		return err
	}
	if _, err := js.Stream(ctx, "go-streams"); !errors.Is(err, jetstream.ErrStreamNotFound) {
		return fmt.Errorf("a deleted stream: %v", err)
	}
	return nil
}

// ordered reads 5,000 messages by an ordered consumer and by a push consumer of the older API.
func ordered(ctx context.Context, js jetstream.JetStream) error {
	const n = 5000
	config := jetstream.StreamConfig{Name: "go-ordered", Subjects: []string{"ordered.go"}}
	s, err := js.CreateStream(ctx, config)
	if err != nil {
		return err
	}
	for i := range n {
		if _, err := js.PublishAsync("ordered.go", []byte(strconv.Itoa(i))); err != nil {
			return err
		}
	}
	select {
	case <-js.PublishAsyncComplete():
	case <-ctx.Done():
		return errors.New("acks did not come")
	}
	consumer, err := s.OrderedConsumer(ctx, jetstream.OrderedConsumerConfig{})
	if err != nil {
		return err
	}
	messages, err := consumer.Messages()
	if err != nil {
		return err
	}
	for i := range n {
		m, err := messages.Next(jetstream.NextContext(ctx))
		if err != nil {
			return fmt.Errorf("message %d: %w", i, err)
		}
		if err := equal("ordered", string(m.Data()), i); err != nil {
			return err
		}
	}
	messages.Stop()
	if err := pushed(js.Conn(), n); err != nil {
		return err
	}
	return js.DeleteStream(ctx, "go-ordered")
}

func pushed(nc *nats.Conn, n int) error {
	older, err := nc.JetStream()
	if err != nil {
		return err
	}
	for _, option := range [][]nats.SubOpt{
		{nats.OrderedConsumer()},
		{nats.AckNone(), nats.EnableFlowControl(), nats.IdleHeartbeat(time.Second)},
	} {
		sub, err := older.SubscribeSync("ordered.go", option...)
		if err != nil {
			return err
		}
		for i := range n {
			m, err := sub.NextMsg(patience)
			if err != nil {
				return fmt.Errorf("pushed message %d: %w", i, err)
			}
			if err := equal("pushed", string(m.Data), i); err != nil {
				return err
			}
		}
		if err := sub.Unsubscribe(); err != nil {
			return err
		}
	}
	return nil
}
