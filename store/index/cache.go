package index

import "sync"

// cache keeps what was decoded, the hot things longest, within a number of bytes.
// It has two halves: what is used moves into the young half; when that is full it
// becomes the old half, and what was old and not used again is let go. So hot
// things stay without a list being kept in order at every use.
type cache struct {
	mu         sync.Mutex
	young, old map[cacheKey]cached
	size, most int // bytes in the young half, and at most
}

type cacheKey struct {
	segment uint32
	what    string
}

type cached struct {
	value any
	bytes int
}

func newCache(bytes int) *cache { return &cache{young: map[cacheKey]cached{}, most: bytes / 2} }

func (c *cache) get(k cacheKey) (any, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if v, ok := c.young[k]; ok {
		return v.value, true
	}
	v, ok := c.old[k]
	if ok {
		delete(c.old, k)
		c.keep(k, v)
	}
	return v.value, ok
}

// put keeps a value that must not be changed any more. One that would take more
// than a quarter of the cache is not kept.
func (c *cache) put(k cacheKey, value any, bytes int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if bytes <= c.most/2 {
		c.keep(k, cached{value, bytes + len(k.what) + 64})
	}
}

func (c *cache) keep(k cacheKey, v cached) {
	if c.size+v.bytes > c.most {
		c.young, c.old, c.size = map[cacheKey]cached{}, c.young, 0
	}
	if have, ok := c.young[k]; ok {
		c.size -= have.bytes
	}
	c.young[k] = v
	c.size += v.bytes
}

// drop lets go of one thing, which is no longer so.
func (c *cache) drop(k cacheKey) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if v, ok := c.young[k]; ok {
		c.size -= v.bytes
	}
	delete(c.young, k)
	delete(c.old, k)
}

func (c *cache) clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.young, c.old, c.size = map[cacheKey]cached{}, nil, 0
}
