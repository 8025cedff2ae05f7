class K(Module):
  __parameters__ = []
  __buffers__ = []

  def rows(self, ids: Tensor, table: Tensor) -> Tensor:
    # ids [n], table [rows, width] -> [n, width]
    return torch.index_select(table, 0, ids)

  def layer_norm(self, x: Tensor, weight: Tensor, bias: Tensor, eps: Tensor) -> Tensor:
    return torch.layer_norm(x, [x.size(-1)], weight, bias, float(eps.item()))

  def rms_norm(self, x: Tensor, weight: Tensor, eps: Tensor) -> Tensor:
    # Zhang, Sennrich 2019
    size = torch.mean(torch.pow(x, 2), [-1], True)
    return torch.mul(weight, torch.mul(x, torch.rsqrt(torch.add(size, float(eps.item())))))

  def drop(self, x: Tensor, keep: Tensor) -> Tensor:
    # keep: empty, or what the values are multiplied with
    if torch.numel(keep) > 0:
      x = torch.mul(x, torch.view_as(keep, x))
    return x

  def gelu(self, x: Tensor) -> Tensor:
    return torch.gelu(x)

  def gelu_tanh(self, x: Tensor) -> Tensor:
    return torch.gelu(x, approximate="tanh")

  def relu(self, x: Tensor) -> Tensor:
    return torch.relu(x)

  def silu(self, x: Tensor) -> Tensor:
    return torch.silu(x)

  def gated(self, both: Tensor) -> Tensor:
    # [n, 2 * width], gate and value side by side -> silu(gate) * value [n, width] (SwiGLU, Shazeer 2020)
    gate, value, = torch.chunk(both, 2, 1)
    return torch.mul(torch.silu(gate), value)
