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

  # What autograd follows is named after what it makes; beside it stand the same forward, with what the way back needs behind the value, and the way back.

  def normed(self, x: Tensor, weight: Tensor, bias: Tensor, eps: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
    return torch.native_layer_norm(x, [x.size(-1)], weight, bias, float(eps.item()))

  def normed_back(self, gradient: Tensor, x: Tensor, mean: Tensor, spread: Tensor, weight: Tensor, bias: Tensor, eps: Tensor) -> Tensor:
    back, _, _, = torch.native_layer_norm_backward(gradient, x, [x.size(-1)], mean, spread, weight, bias, [True, False, False])
    return back

  def rms_normed(self, x: Tensor, weight: Tensor, eps: Tensor) -> Tuple[Tensor, Tensor]:
    size = torch.linalg_vector_norm(x, 2, [-1], True)
    over = torch.rsqrt(torch.add(torch.div(torch.mul(size, size), x.size(-1)), float(eps.item())))  # [n, 1]
    return (torch.mul_(torch.mul(x, over), weight), over)

  def rms_normed_back(self, gradient: Tensor, x: Tensor, over: Tensor, weight: Tensor, eps: Tensor) -> Tensor:
    back = torch.mul(gradient, weight)
    along = torch.sum(torch.mul(back, x), [-1], True)  # [n, 1]
    torch.mul_(back, over)
    share = torch.div(torch.mul(torch.pow(over, 3), along), x.size(-1))
    return torch.addcmul_(back, x, share, value=-1.0)

  def drop(self, x: Tensor, keep: Tensor) -> Tensor:
    # keep: what the values are multiplied with
    return torch.mul(x, torch.view_as(keep, x))

  def drop_back(self, gradient: Tensor, x: Tensor, keep: Tensor) -> Tensor:
    return torch.mul(gradient, torch.view_as(keep, gradient))

  def gelu(self, x: Tensor) -> Tensor:
    return torch.gelu(x)

  def gelu_back(self, gradient: Tensor, x: Tensor) -> Tensor:
    return torch.gelu_backward(gradient, x)

  def gelu_tanh(self, x: Tensor) -> Tensor:
    return torch.gelu(x, approximate="tanh")

  def gelu_tanh_back(self, gradient: Tensor, x: Tensor) -> Tensor:
    return torch.gelu_backward(gradient, x, approximate="tanh")

  def relu(self, x: Tensor) -> Tensor:
    return torch.relu(x)

  def relu_back(self, gradient: Tensor, x: Tensor) -> Tensor:
    return torch.threshold_backward(gradient, x, 0)

  def silu(self, x: Tensor) -> Tensor:
    return torch.silu(x)

  def silu_back(self, gradient: Tensor, x: Tensor) -> Tensor:
    return torch.silu_backward(gradient, x)

  def gated(self, both: Tensor) -> Tensor:
    # [n, 2 * width], gate and value side by side -> silu(gate) * value [n, width] (SwiGLU, Shazeer 2020)
    gate, value, = torch.chunk(both, 2, 1)
    return torch.mul(torch.silu(gate), value)

  def gated_back(self, gradient: Tensor, both: Tensor) -> Tensor:
    gate, value, = torch.chunk(both, 2, 1)
    back = torch.empty_like(both)
    to_gate, to_value, = torch.chunk(back, 2, 1)
    torch.silu(gate, out=to_value)
    torch.mul_(to_value, gradient)
    torch.silu_backward(torch.mul(gradient, value), gate, grad_input=to_gate)
    return back
