class K(Module):
  __parameters__ = []
  __buffers__ = []

  # shape [3]: heads h, key heads g, window (0: none); d: size of a head

  def split(self, qkv: Tensor, shape: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
    # qkv [n, (h + 2 * g) * d]
    sizes: List[int] = shape.tolist()
    d = qkv.size(1) // (sizes[0] + 2 * sizes[1])
    q, k, v, = torch.split_with_sizes(qkv, [sizes[0] * d, sizes[1] * d, sizes[1] * d], 1)
    return (q, k, v)

  def turns(self, places: Tensor, frequencies: Tensor) -> Tuple[Tensor, Tensor]:
    # places [n], frequencies [d / 2] -> cos and sin [n, d] of what value i and value i + d / 2 are turned by
    angles = torch.mul(torch.unsqueeze(places, 1), frequencies)
    cos = torch.cos(angles)
    sin = torch.sin(angles)
    return (torch.cat([cos, cos], 1), torch.cat([sin, sin], 1))

  def split_rotated(self, qkv: Tensor, cos: Tensor, sin: Tensor, shape: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
    # qkv [n, (h + 2 * g) * d]; cos, sin [n, d]
    sizes: List[int] = shape.tolist()
    h = sizes[0]
    g = sizes[1]
    d = cos.size(1)
    n = qkv.size(0)
    parts = torch.split_with_sizes(torch.view(qkv, [n, h + 2 * g, d]), [h + g, g], 1)
    x = parts[0]  # [n, h + g, d]: queries and keys
    low, high, = torch.chunk(x, 2, -1)
    half = torch.cat([torch.neg(high), low], -1)
    turned = torch.add(torch.mul(x, torch.unsqueeze(cos, 1)), torch.mul(half, torch.unsqueeze(sin, 1)))
    q, k, = torch.split_with_sizes(turned, [h, g], 1)
    return (torch.reshape(q, [n, h * d]), torch.reshape(k, [n, g * d]), torch.reshape(parts[1], [n, g * d]))

  def halves(self, kv: Tensor) -> Tuple[Tensor, Tensor]:
    # kv [n, 2 * g * d]
    k, v, = torch.chunk(kv, 2, 1)
    return (k, v)

  def causal(self, q: Tensor, k: Tensor, v: Tensor, blocks: Tensor, open: Tensor, close: Tensor, shape: Tensor, keep: Tensor) -> Tensor:
    # q [tokens, h * d]; k, v [tokens, g * d]; blocks, open, close: see AttentionPlan; -> [tokens, h * d]
    sizes: List[int] = shape.tolist()
    h = sizes[0]
    g = sizes[1]
    window = sizes[2]
    rows: List[int] = blocks.select(1, 0).tolist()
    seqs: List[int] = blocks.select(1, 1).tolist()
    tokens: List[int] = blocks.select(1, 2).tolist()
    weights: List[int] = []
    opened: List[int] = []
    closed: List[int] = []
    for i in range(len(rows)):
      padded = rows[i] * seqs[i] > tokens[i]
      weights.append(rows[i] * h * seqs[i] * seqs[i])
      opened.append(rows[i] * seqs[i] if padded else 0)
      closed.append(tokens[i] if padded else 0)
    qs = torch.split_with_sizes(q, tokens, 0)
    ks = torch.split_with_sizes(k, tokens, 0)
    vs = torch.split_with_sizes(v, tokens, 0)
    opens = torch.split_with_sizes(open, opened, 0)
    closes = torch.split_with_sizes(close, closed, 0)
    keeps = torch.split_with_sizes(keep, weights if torch.numel(keep) > 0 else [0] * len(rows), 0)
    out: List[Tensor] = []
    for i in range(len(rows)):
      n = rows[i]
      t = seqs[i]
      # Padding stands behind a row's tokens, so none of them sees it.
      query = self.opened(qs[i], opens[i], n, t, h, h)
      key = self.opened(ks[i], opens[i], n, t, g, h)
      value = self.opened(vs[i], opens[i], n, t, g, h)
      context = self.look_back(query, key, value, window, keeps[i])
      context = torch.reshape(torch.transpose(context, 1, 2), [n * t, q.size(1)])
      if closed[i] > 0:
        context = torch.index_select(context, 0, closes[i])
      out.append(context)
    return torch.cat(out, 0)

  def opened(self, part: Tensor, open: Tensor, n: int, t: int, g: int, h: int) -> Tensor:
    # A block's tokens [tokens, g * d] -> [n, h, t, d]; open: empty, or [n * t] the token that each position reads
    if torch.numel(open) > 0:
      part = torch.index_select(part, 0, open)
    return self.repeated(torch.transpose(torch.view(part, [n, t, g, part.size(1) // g]), 1, 2), h // g)

  def repeated(self, x: Tensor, times: int) -> Tensor:
    # [n, g, t, d] -> [n, g * times, t, d]: each head so many times
    if times == 1:
      return x
    n = x.size(0)
    g = x.size(1)
    t = x.size(2)
    d = x.size(3)
    return torch.reshape(torch.expand(torch.unsqueeze(x, 2), [n, g, times, t, d]), [n, g * times, t, d])

  def look_back(self, q: Tensor, k: Tensor, v: Tensor, window: int, keep: Tensor) -> Tensor:
    # q, k, v [n, h, t, d]; keep: empty, or [n * h * t * t] what the weights are multiplied with
    t = q.size(2)
    limited = window > 0 and window < t
    if torch.numel(keep) == 0 and not limited:
      return torch.scaled_dot_product_attention(q, k, v, None, 0., True)
    seen = torch.tril(torch.ones([t, t], device=q.device))
    if limited:
      seen = torch.triu(seen, 1 - window)
    if torch.numel(keep) == 0:
      return torch.scaled_dot_product_attention(q, k, v, torch.gt(seen, 0.))
    hidden = torch.log(seen)  # 0, or minus infinity
    scores = torch.mul(torch.matmul(q, torch.transpose(k, 2, 3)), 1.0 / float(q.size(3)) ** 0.5)
    p = torch.softmax(torch.add(scores, hidden), -1)
    return torch.matmul(torch.mul(p, torch.view_as(keep, p)), v)

  def place(self, x: Tensor, into: Tensor, places: Tensor) -> Tensor:
    # x [tokens, g * d] into [rows, capacity, g * d], at places [tokens] of [rows * capacity]
    return torch.index_copy_(torch.view(into, [into.size(0) * into.size(1), into.size(2)]), 0, places, x)

  def step(self, q: Tensor, k: Tensor, v: Tensor, keys: Tensor, values: Tensor, mask: Tensor, column: Tensor, shape: Tensor) -> Tensor:
    # One token of each row: q [rows, h * d], k, v [rows, g * d]; keys, values [rows, capacity, g * d], mask [rows, capacity]: see KeyValueCache
    sizes: List[int] = shape.tolist()
    h = sizes[0]
    g = sizes[1]
    window = sizes[2]
    last = int(column.item())
    torch.copy_(torch.select(keys, 1, last), k)
    torch.copy_(torch.select(values, 1, last), v)
    first = max(0, last + 1 - window) if window > 0 else 0
    t = last + 1 - first
    n = q.size(0)
    d = q.size(1) // h
    key = torch.transpose(torch.view(torch.narrow(keys, 1, first, t), [n, t, g, d]), 1, 2)
    value = torch.transpose(torch.view(torch.narrow(values, 1, first, t), [n, t, g, d]), 1, 2)
    query = torch.view(q, [n, h, 1, d])
    seen = torch.view(torch.narrow(mask, 1, first, t), [n, 1, 1, t])
    context = torch.scaled_dot_product_attention(query, self.repeated(key, h // g), self.repeated(value, h // g), seen)
    return torch.reshape(context, [n, h * d])

  def recall(self, q: Tensor, keys: Tensor, values: Tensor, mask: Tensor, shape: Tensor) -> Tensor:
    # One token of each row: q [rows, h * d]; keys, values [rows, capacity, g * d], mask [rows, capacity]: see KeyValueCache
    sizes: List[int] = shape.tolist()
    h = sizes[0]
    g = sizes[1]
    n = keys.size(0)
    t = keys.size(1)
    d = q.size(1) // h
    key = self.repeated(torch.transpose(torch.view(keys, [n, t, g, d]), 1, 2), h // g)
    value = self.repeated(torch.transpose(torch.view(values, [n, t, g, d]), 1, 2), h // g)
    context = torch.scaled_dot_product_attention(torch.view(q, [n, h, 1, d]), key, value, torch.view(mask, [n, 1, 1, t]))
    return torch.reshape(context, [n, h * d])

  def across(self, q: Tensor, k: Tensor, v: Tensor, asking: Tensor, ask_open: Tensor, ask_close: Tensor, seen: Tensor, seen_open: Tensor, seen_mask: Tensor, shape: Tensor, keep: Tensor) -> Tensor:
    # q [n, h * d]; k, v [m, g * d]; blocks, open, close of the tokens that ask, blocks, open, mask of those that are seen: see CrossPlan; -> [n, h * d]
    sizes: List[int] = shape.tolist()
    h = sizes[0]
    g = sizes[1]
    rows: List[int] = asking.select(1, 0).tolist()
    asks: List[int] = asking.select(1, 1).tolist()
    sees: List[int] = seen.select(1, 1).tolist()
    closed = self.padded(asking, False)
    weights: List[int] = []
    for i in range(len(rows)):
      weights.append(rows[i] * h * asks[i] * sees[i])
    queries = self.all_opened(q, asking, ask_open, h, h)
    keys = self.all_opened(k, seen, seen_open, g, h)
    values = self.all_opened(v, seen, seen_open, g, h)
    masks = torch.split_with_sizes(seen_mask, self.padded(seen, True), 0)
    closes = torch.split_with_sizes(ask_close, closed, 0)
    keeps = torch.split_with_sizes(keep, weights if torch.numel(keep) > 0 else [0] * len(rows), 0)
    out: List[Tensor] = []
    for i in range(len(rows)):
      context = self.look_around(queries[i], keys[i], values[i], masks[i], keeps[i])
      context = torch.reshape(torch.transpose(context, 1, 2), [rows[i] * asks[i], q.size(1)])
      if closed[i] > 0:
        context = torch.index_select(context, 0, closes[i])
      out.append(context)
    return torch.cat(out, 0)

  def padded(self, blocks: Tensor, positions: bool) -> List[int]:
    # Of each padded block its positions, or its tokens; 0 for others
    rows: List[int] = blocks.select(1, 0).tolist()
    seqs: List[int] = blocks.select(1, 1).tolist()
    tokens: List[int] = blocks.select(1, 2).tolist()
    counts: List[int] = []
    for i in range(len(rows)):
      count = rows[i] * seqs[i] if positions else tokens[i]
      counts.append(count if rows[i] * seqs[i] > tokens[i] else 0)
    return counts

  def all_opened(self, x: Tensor, blocks: Tensor, open: Tensor, g: int, h: int) -> List[Tensor]:
    # x [tokens, g * d] -> for each block [n, h, t, d]
    rows: List[int] = blocks.select(1, 0).tolist()
    seqs: List[int] = blocks.select(1, 1).tolist()
    tokens: List[int] = blocks.select(1, 2).tolist()
    parts = torch.split_with_sizes(x, tokens, 0)
    opens = torch.split_with_sizes(open, self.padded(blocks, True), 0)
    out: List[Tensor] = []
    for i in range(len(rows)):
      out.append(self.opened(parts[i], opens[i], rows[i], seqs[i], g, h))
    return out

  def look_around(self, q: Tensor, k: Tensor, v: Tensor, mask: Tensor, keep: Tensor) -> Tensor:
    # q [n, h, asks, d]; k, v [n, h, t, d]; mask: empty, or [n * t] added to what a key gets; keep: empty, or [n * h * asks * t] what the weights are multiplied with
    hidden: Optional[Tensor] = None
    if torch.numel(mask) > 0:
      hidden = torch.view(mask, [k.size(0), 1, 1, k.size(2)])
    if torch.numel(keep) == 0:
      return torch.scaled_dot_product_attention(q, k, v, hidden)
    scores = torch.mul(torch.matmul(q, torch.transpose(k, 2, 3)), 1.0 / float(q.size(3)) ** 0.5)
    if hidden is not None:
      scores = torch.add(scores, hidden)
    p = torch.softmax(scores, -1)
    return torch.matmul(torch.mul(p, torch.view_as(keep, p)), v)
