package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

const ackWait = 700 * time.Millisecond

func consumers(ctx context.Context, js jetstream.JetStream) error {
	config := jetstream.StreamConfig{Name: "go-consumers", Subjects: []string{"consumers.go.>"}}
	s, err := js.CreateStream(ctx, config)
	if err != nil {
		return err
	}
	for i := range 20 {
		if _, err := js.Publish(ctx, "consumers.go."+strconv.Itoa(i%2), []byte(strconv.Itoa(i))); err != nil {
			return err
		}
	}
	for _, kind := range []string{"nak", "delay", "term", "progress"} {
		if _, err := js.Publish(ctx, "consumers.go.kind."+kind, []byte(kind)); err != nil {
			return err
		}
	}
	for _, part := range []func(context.Context, jetstream.Stream) error{fetching, acks, consuming, lifetime} {
		if err := part(ctx, s); err != nil {
			return err
		}
	}
	return js.DeleteStream(ctx, "go-consumers")
}

func fetching(ctx context.Context, s jetstream.Stream) error {
	c, err := s.CreateConsumer(ctx, jetstream.ConsumerConfig{Durable: "fetch", FilterSubject: "consumers.go.1"})
	if err != nil {
		return err
	}
	batch, err := c.Fetch(4)
	if err != nil {
		return err
	}
	at := 1
	for m := range batch.Messages() {
		if err := firstOf(equal("fetched", string(m.Data()), at), m.DoubleAck(ctx)); err != nil {
			return err
		}
		at += 2
	}
	if err := firstOf(batch.Error(), equal("end of the first batch", at, 9)); err != nil {
		return err
	}
	// Six are left, fewer than asked for: the batch ends with its time.
	if batch, err = c.Fetch(50, jetstream.FetchMaxWait(time.Second)); err != nil {
		return err
	}
	for m := range batch.Messages() {
		if err := firstOf(equal("fetched", string(m.Data()), at), m.DoubleAck(ctx)); err != nil {
			return err
		}
		at += 2
	}
	if err := firstOf(batch.Error(), equal("end of the second batch", at, 21)); err != nil {
		return err
	}
	if err := nothing(c); err != nil {
		return err
	}
	info, err := c.Info(ctx)
	if err != nil {
		return err
	}
	return firstOf(
		equal("ack floor", info.AckFloor.Stream, 20), equal("delivered", info.Delivered.Consumer, 10),
		equal("pending", info.NumPending, 0), equal("ack pending", info.NumAckPending, 0))
}

// next expects this message with this number of deliveries.
func next(c jetstream.Consumer, body string, deliveries uint64) (jetstream.Msg, error) {
	m, err := c.Next(jetstream.FetchMaxWait(5 * time.Second))
	if err != nil {
		return nil, fmt.Errorf("next, instead of %s: %w", body, err)
	}
	meta, err := m.Metadata()
	if err != nil {
		return nil, err
	}
	return m, firstOf(equal("next", string(m.Data()), body), equal("deliveries of "+body, meta.NumDelivered, deliveries))
}

// acks plays each answer to a delivery with a subject and a consumer of its own.
func acks(ctx context.Context, s jetstream.Stream) error {
	for kind, part := range map[string]func(context.Context, jetstream.Consumer) error{
		"nak": nak, "delay": delay, "term": term, "progress": progress,
	} {
		c, err := s.CreateConsumer(ctx, jetstream.ConsumerConfig{
			Durable: kind, FilterSubject: "consumers.go.kind." + kind, AckWait: ackWait, MaxDeliver: 3,
		})
		if err != nil {
			return err
		}
		if err := part(ctx, c); err != nil {
			return fmt.Errorf("%s: %w", kind, err)
		}
	}
	return nil
}

func nak(ctx context.Context, c jetstream.Consumer) error {
	m, err := next(c, "nak", 1)
	if err != nil {
		return err
	}
	if err := m.Nak(); err != nil {
		return err
	}
	if m, err = next(c, "nak", 2); err != nil {
		return err
	}
	return m.DoubleAck(ctx)
}

func delay(ctx context.Context, c jetstream.Consumer) error {
	m, err := next(c, "delay", 1)
	if err != nil {
		return err
	}
	started := time.Now()
	if err := m.NakWithDelay(300 * time.Millisecond); err != nil {
		return err
	}
	if m, err = next(c, "delay", 2); err != nil {
		return err
	}
	if since := time.Since(started); since < 290*time.Millisecond {
		return fmt.Errorf("after %v", since)
	}
	return m.DoubleAck(ctx)
}

func term(ctx context.Context, c jetstream.Consumer) error {
	m, err := next(c, "term", 1)
	if err != nil {
		return err
	}
	if err := m.TermWithReason("no use"); err != nil {
		return err
	}
	for pending := 1; pending > 0; {
		info, err := c.Info(ctx)
		if err != nil {
			return err
		}
		pending = info.NumAckPending
	}
	return nothing(c)
}

func nothing(c jetstream.Consumer) error {
	batch, err := c.FetchNoWait(1)
	if err != nil {
		return err
	}
	if m, ok := <-batch.Messages(); ok {
		return fmt.Errorf("one more: %s", m.Data())
	}
	return nil
}

// progress keeps a message for longer than the ack wait by saying so, and then for too long.
func progress(ctx context.Context, c jetstream.Consumer) error {
	m, err := next(c, "progress", 1)
	if err != nil {
		return err
	}
	for range 4 {
		if err := m.InProgress(); err != nil {
			return err
		}
		if again, err := c.Next(jetstream.FetchMaxWait(ackWait / 2)); err == nil {
			return fmt.Errorf("%s came again although it was in progress", again.Data())
		}
	}
	if _, err = next(c, "progress", 2); err != nil {
		return err
	}
	if m, err = next(c, "progress", 3); err != nil {
		return err
	}
	return m.DoubleAck(ctx)
}

func consuming(ctx context.Context, s jetstream.Stream) error {
	c, err := s.CreateConsumer(ctx, jetstream.ConsumerConfig{Durable: "consume", FilterSubject: "consumers.go.*"})
	if err != nil {
		return err
	}
	got := make(chan string, 100)
	running, err := c.Consume(func(m jetstream.Msg) {
		got <- string(m.Data())
		m.Ack()
	}, jetstream.PullMaxMessages(7))
	if err != nil {
		return err
	}
	defer running.Stop()
	for i := range 20 {
		select {
		case body := <-got:
			if err := equal("consumed", body, i); err != nil {
				return err
			}
		case <-ctx.Done():
			return fmt.Errorf("only %d consumed", i)
		}
	}
	return nil
}

// lifetime: made, changed, listed, paused, gone when nobody asks for long.
func lifetime(ctx context.Context, s jetstream.Stream) error {
	config := jetstream.ConsumerConfig{Durable: "changed", MaxAckPending: 10}
	c, err := s.CreateConsumer(ctx, config)
	if err != nil {
		return err
	}
	config.MaxAckPending = 20
	_, err = s.CreateConsumer(ctx, config)
	if err := refusal("consumer with the same name", err, 10148); err != nil {
		return err
	}
	if c, err = s.UpdateConsumer(ctx, config); err != nil {
		return err
	}
	if err := equal("max ack pending", c.CachedInfo().Config.MaxAckPending, 20); err != nil {
		return err
	}
	paused, err := s.PauseConsumer(ctx, "changed", time.Now().Add(time.Minute))
	if err != nil {
		return err
	}
	if err := equal("paused", paused.Paused, true); err != nil {
		return err
	}
	if err := nothing(c); err != nil {
		return err
	}
	if _, err := s.ResumeConsumer(ctx, "changed"); err != nil {
		return err
	}
	if _, err := next(c, "0", 1); err != nil {
		return err
	}
	short, err := s.CreateConsumer(ctx, jetstream.ConsumerConfig{InactiveThreshold: 100 * time.Millisecond})
	if err != nil {
		return err
	}
	count := 0
	names := s.ConsumerNames(ctx)
	for range names.Name() {
		count++
	}
	if err := firstOf(names.Err(), equal("consumers", count, 8)); err != nil {
		return err
	}
	for {
		if _, err := short.Info(ctx); errors.Is(err, jetstream.ErrConsumerNotFound) {
			break
		} else if err != nil {
			return err
		}
		time.Sleep(50 * time.Millisecond)
	}
	return s.DeleteConsumer(ctx, "changed")
}
