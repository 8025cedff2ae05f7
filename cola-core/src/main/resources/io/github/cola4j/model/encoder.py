class K(Module):
  __parameters__ = []
  __buffers__ = []

  def attend_first(self, q: Tensor, kv: Tensor, blocks: Tensor, open: Tensor, mask: Tensor, heads: Tensor, keep: Tensor) -> Tensor:
    # q [rows, hidden]: the first token's query of each row; kv [tokens, 2 * hidden]; -> [rows, hidden]
    hidden = q.size(1)
    h = int(heads.item())
    rows: List[int] = blocks.select(1, 0).tolist()
    seqs: List[int] = blocks.select(1, 1).tolist()
    tokens: List[int] = blocks.select(1, 2).tolist()
    weights: List[int] = []
    opened: List[int] = []
    for i in range(len(rows)):
      weights.append(rows[i] * h * seqs[i])
      opened.append(rows[i] * seqs[i] if rows[i] * seqs[i] > tokens[i] else 0)
    queries = torch.split_with_sizes(q, rows, 0)
    parts = torch.split_with_sizes(kv, tokens, 0)
    opens = torch.split_with_sizes(open, opened, 0)
    masks = torch.split_with_sizes(mask, opened, 0)
    keeps = torch.split_with_sizes(keep, weights if torch.numel(keep) > 0 else [0] * len(rows), 0)
    out: List[Tensor] = []
    for i in range(len(rows)):
      n = rows[i]
      k, v, = torch.unbind(self.opened(parts[i], opens[i], n, seqs[i], h, 2), 0)  # [n * h, t, d] each
      query = torch.view(queries[i], [n * h, 1, hidden // h])
      out.append(torch.view(self.weigh(query, k, v, masks[i], keeps[i], n, h), [n, hidden]))
    return torch.cat(out, 0)

  def opened(self, part: Tensor, open: Tensor, n: int, t: int, h: int, kinds: int) -> Tensor:
    # A block's tokens [tokens, kinds * hidden] -> [kinds, n * h, t, d]; open: empty, or [n * t] the token that each position reads
    if torch.numel(open) > 0:
      part = torch.index_select(part, 0, open)
    d = part.size(1) // (kinds * h)
    part = torch.permute(torch.view(part, [n, t, kinds, h, d]), [2, 0, 3, 1, 4])
    return torch.reshape(part, [kinds, n * h, t, d])

  def weigh(self, q: Tensor, k: Tensor, v: Tensor, mask: Tensor, keep: Tensor, n: int, h: int) -> Tensor:
    # q [n * h, queries, d]; k, v [n * h, t, d]; mask: empty, or [n * t] added to what a key gets; -> [n * h, queries, d]
    scale = 1.0 / float(q.size(2)) ** 0.5
    bias = torch.new_zeros(mask, [1, 1, 1])
    if torch.numel(mask) > 0:
      t = k.size(1)
      bias = torch.reshape(torch.expand(torch.view(mask, [n, 1, 1, t]), [n, h, 1, t]), [n * h, 1, t])
    p = torch.softmax(torch.baddbmm(bias, q, torch.transpose(k, 1, 2), beta=1, alpha=scale), -1)
    if torch.numel(keep) > 0:
      p = torch.mul(p, torch.view(keep, [p.size(0), p.size(1), p.size(2)]))
    return torch.bmm(p, v)

  def first(self, x: Tensor, firsts: Tensor) -> Tensor:
    return torch.index_select(x, 0, firsts)
