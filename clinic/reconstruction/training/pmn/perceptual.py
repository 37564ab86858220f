"""Whether the texture read off the picture looks like the true one to a network that knows pictures."""

import torch
from torch import Tensor
from torch.nn import functional

from clinic.reconstruction.network.maps import Maps
from clinic.reconstruction.training.pmn.backbone import Backbone
from clinic.reconstruction.training.pmn.photometric import texture
from clinic.reconstruction.training.synthesis.batch import Batch

EVERY = 10  # steps between two with this term: on a processor it costs as much as several crops
WEIGHT = 0.1 * EVERY  # so that it counts 0.1 on average
_CROPS = 4  # of a batch that it looks at
_SIDE = 112  # pixels of the textures that it looks at


def perceptual(backbone: Backbone, maps: Maps, batch: Batch) -> Tensor:
    """Return the mean squared difference of features, relative to their size; hidden texels are the same in both."""
    found = torch.where(batch.visible > 0, texture(maps, batch), batch.colour)[:_CROPS]
    shown = torch.cat([found, batch.colour[:_CROPS]])
    large = functional.interpolate(shown, size=(_SIDE, _SIDE), mode="bilinear", align_corners=False)
    apart = []
    for features in backbone(large):
        mine, true = features.chunk(2)
        apart.append((mine - true).square().mean() / true.square().mean().detach().clamp_min(1e-6))
    return torch.stack(apart).mean()
