package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

func keyValue(ctx context.Context, js jetstream.JetStream) error {
	kv, err := js.CreateKeyValue(ctx, jetstream.KeyValueConfig{Bucket: "go-kv", History: 5, LimitMarkerTTL: time.Second})
	if err != nil {
		return err
	}
	watcher, err := kv.WatchAll(ctx)
	if err != nil {
		return err
	}
	defer watcher.Stop()
	if entry := <-watcher.Updates(); entry != nil {
		return fmt.Errorf("an empty bucket shows %s", entry.Key())
	}
	for _, part := range []func(context.Context, jetstream.KeyValue) error{values, history} {
		if err := part(ctx, kv); err != nil {
			return err
		}
	}
	want := []string{
		"a KeyValuePutOp first", "a KeyValuePutOp second", "b.c KeyValuePutOp created", "a KeyValueDeleteOp ",
		"b.c KeyValuePurgeOp ", "a KeyValuePutOp third",
	}
	for _, line := range want {
		if err := watched(ctx, watcher, line); err != nil {
			return err
		}
	}
	if _, err := kv.Create(ctx, "short", []byte("lived"), jetstream.KeyTTL(time.Second)); err != nil {
		return err
	}
	if err := firstOf(watched(ctx, watcher, "short KeyValuePutOp lived"), watched(ctx, watcher, "short KeyValuePurgeOp ")); err != nil {
		return err
	}
	if _, err := kv.Get(ctx, "short"); !errors.Is(err, jetstream.ErrKeyNotFound) {
		return fmt.Errorf("an expired key: %v", err)
	}
	status, err := kv.Status(ctx)
	if err != nil {
		return err
	}
	if err := equal("history of the bucket", status.History(), 5); err != nil {
		return err
	}
	return js.DeleteKeyValue(ctx, "go-kv")
}

func watched(ctx context.Context, watcher jetstream.KeyWatcher, want string) error {
	select {
	case entry := <-watcher.Updates():
		if entry == nil {
			return errors.New("the watcher ended before " + want)
		}
		return equal("watched", fmt.Sprintf("%s %s %s", entry.Key(), entry.Operation(), entry.Value()), want)
	case <-ctx.Done():
		return errors.New("not watched: " + want)
	}
}

func values(ctx context.Context, kv jetstream.KeyValue) error {
	first, err := kv.Put(ctx, "a", []byte("first"))
	if err != nil {
		return err
	}
	if _, err := kv.Update(ctx, "a", []byte("wrong"), first+7); err == nil {
		return errors.New("an update of another revision was taken")
	}
	second, err := kv.Update(ctx, "a", []byte("second"), first)
	if err != nil {
		return err
	}
	if _, err := kv.Create(ctx, "a", []byte("again")); !errors.Is(err, jetstream.ErrKeyExists) {
		return fmt.Errorf("create of what exists: %v", err)
	}
	if _, err := kv.Create(ctx, "b.c", []byte("created")); err != nil {
		return err
	}
	entry, err := kv.Get(ctx, "a")
	if err != nil {
		return err
	}
	older, err := kv.GetRevision(ctx, "a", first)
	if err != nil {
		return err
	}
	err = firstOf(
		equal("value", string(entry.Value()), "second"), equal("revision", entry.Revision(), second),
		equal("older value", string(older.Value()), "first"))
	if err != nil {
		return err
	}
	keys, err := kv.Keys(ctx)
	if err != nil {
		return err
	}
	slices.Sort(keys)
	return equal("keys", keys, []string{"a", "b.c"})
}

func history(ctx context.Context, kv jetstream.KeyValue) error {
	if err := firstOf(kv.Delete(ctx, "a"), kv.Purge(ctx, "b.c")); err != nil {
		return err
	}
	if _, err := kv.Get(ctx, "a"); !errors.Is(err, jetstream.ErrKeyNotFound) {
		return fmt.Errorf("a deleted key: %v", err)
	}
	if _, err := kv.Create(ctx, "a", []byte("third")); err != nil {
		return err
	}
	for key, want := range map[string]string{
		"a":   "KeyValuePutOp first,KeyValuePutOp second,KeyValueDeleteOp ,KeyValuePutOp third,",
		"b.c": "KeyValuePurgeOp ,",
	} {
		entries, err := kv.History(ctx, key)
		if err != nil {
			return err
		}
		text := ""
		for _, entry := range entries {
			text += fmt.Sprintf("%s %s,", entry.Operation(), entry.Value())
		}
		if err := equal("history of "+key, text, want); err != nil {
			return err
		}
	}
	return nil
}

func objects(ctx context.Context, js jetstream.JetStream) error {
	store, err := js.CreateObjectStore(ctx, jetstream.ObjectStoreConfig{Bucket: "go-objects"})
	if err != nil {
		return err
	}
	watcher, err := store.Watch(ctx)
	if err != nil {
		return err
	}
	defer watcher.Stop()
	if info := <-watcher.Updates(); info != nil {
		return fmt.Errorf("an empty store shows %s", info.Name)
	}
	big := bytes.Repeat([]byte("0123456789abcdef"), 65536)
	if _, err := store.PutBytes(ctx, "big", big); err != nil {
		return err
	}
	if _, err := store.PutString(ctx, "small", "tiny"); err != nil {
		return err
	}
	got, err := store.GetBytes(ctx, "big") // checks the digest
	if err != nil {
		return err
	}
	if !bytes.Equal(got, big) {
		return fmt.Errorf("the object changed, %d bytes", len(got))
	}
	info, err := store.GetInfo(ctx, "big")
	if err != nil {
		return err
	}
	sum := sha256.Sum256(big)
	list, err := store.List(ctx)
	if err != nil {
		return err
	}
	err = firstOf(
		equal("size", info.Size, len(big)), equal("chunks", info.Chunks, 8), equal("objects", len(list), 2),
		equal("digest", info.Digest, "SHA-256="+base64.URLEncoding.EncodeToString(sum[:])))
	if err != nil {
		return err
	}
	if err := store.Delete(ctx, "big"); err != nil {
		return err
	}
	if _, err := store.GetBytes(ctx, "big"); !errors.Is(err, jetstream.ErrObjectNotFound) {
		return fmt.Errorf("a deleted object: %v", err)
	}
	for _, want := range []string{"big false", "small false", "big true"} {
		select {
		case info := <-watcher.Updates():
			if err := equal("watched", fmt.Sprint(info.Name, " ", info.Deleted), want); err != nil {
				return err
			}
		case <-ctx.Done():
			return errors.New("not watched: " + want)
		}
	}
	status, err := store.Status(ctx)
	if err != nil {
		return err
	}
	if status.Size() > 4096 {
		return fmt.Errorf("%d bytes left of a deleted object", status.Size())
	}
	return js.DeleteObjectStore(ctx, "go-objects")
}
