"""Writes series of DICOM slices as scanners do, out of an array."""

from collections.abc import Callable, Sequence
from pathlib import Path

import gdcm
import numpy as np
from numpy.typing import NDArray
from pydicom import dcmread, dcmwrite
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import (
    UID,
    CTImageStorage,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    MRImageStorage,
    RLELossless,
    generate_uid,
)

AXIAL = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
Change = Callable[[Dataset, int], None]

# Attributes in which scanners and hospitals write who somebody is or where (PS3.15, table E.1-1).
IDENTIFIERS = [
    "PatientName",
    "PatientID",
    "OtherPatientNames",
    "PatientBirthName",
    "PatientMotherBirthName",
    "PatientAddress",
    "PatientTelephoneNumbers",
    "PatientComments",
    "AdditionalPatientHistory",
    "Occupation",
    "MedicalRecordLocator",
    "CountryOfResidence",
    "RegionOfResidence",
    "EthnicGroup",
    "ResponsiblePerson",
    "ResponsibleOrganization",
    "InstitutionName",
    "InstitutionAddress",
    "InstitutionalDepartmentName",
    "ReferringPhysicianName",
    "PerformingPhysicianName",
    "OperatorsName",
    "NameOfPhysiciansReadingStudy",
    "RequestingPhysician",
    "PhysiciansOfRecord",
    "StudyDescription",
    "SeriesDescription",
    "ProtocolName",
    "ImageComments",
    "AccessionNumber",
    "StudyID",
    "StationName",
    "DeviceSerialNumber",
    "RequestedProcedureID",
    "PerformedProcedureStepID",
    "AdmissionID",
]


def image(values: NDArray[np.int16], modality: str = "CT", series: str = "1") -> Dataset:
    """One slice (rows, columns) of stored values = HU + 1024, without a place."""
    made = Dataset()
    made.file_meta = FileMetaDataset()
    made.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    made.SOPClassUID = CTImageStorage if modality == "CT" else MRImageStorage
    made.SOPInstanceUID = generate_uid()
    made.file_meta.MediaStorageSOPClassUID = made.SOPClassUID
    made.file_meta.MediaStorageSOPInstanceUID = made.SOPInstanceUID
    made.StudyInstanceUID, made.SeriesInstanceUID = "1.2.3", f"1.2.3.{series}"
    made.PatientID, made.PatientName, made.Modality = "4711", "Nobody^Test", modality
    made.Rows, made.Columns = values.shape
    made.SamplesPerPixel, made.PhotometricInterpretation = 1, "MONOCHROME2"
    made.BitsAllocated, made.BitsStored, made.HighBit, made.PixelRepresentation = 16, 16, 15, 0
    made.RescaleSlope, made.RescaleIntercept = 1, -1024
    made.PixelData = (values.astype(np.int32) + 1024).astype("<u2").tobytes()
    return made


def series(
    folder: Path,
    values: NDArray[np.int16],
    spacing: Sequence[float] = (1.0, 1.0, 2.0),
    orientation: Sequence[float] = AXIAL,
    origin: Sequence[float] = (0.0, 0.0, 0.0),
    change: Change = lambda made, number: None,
    modality: str = "CT",
    uid: str = "1",
    tilt_deg: float = 0.0,
) -> list[Path]:
    """Write (slices, rows, columns) HU as one file per slice; `change` may alter each before it is written."""
    folder.mkdir(parents=True, exist_ok=True)
    across = np.cross(orientation[:3], orientation[3:])
    step = np.asarray(across) + np.tan(np.radians(tilt_deg)) * np.asarray(orientation[3:])
    paths = []
    for number, slice_ in enumerate(values):
        made = image(slice_, modality, uid)
        made.InstanceNumber = number + 1
        made.PixelSpacing, made.SliceThickness = [spacing[1], spacing[0]], spacing[2]
        made.ImageOrientationPatient = list(orientation)
        made.ImagePositionPatient = [round(float(x), 6) for x in np.asarray(origin) + number * spacing[2] * step]
        change(made, number)
        path = folder / f"{number * 7919 % 1000:03d}.dcm"  # in no order
        made.save_as(path, enforce_file_format=True)
        paths.append(path)
    return paths


def ball(slices: int = 24, size: int = 40) -> NDArray[np.int16]:
    """A ball of 40 HU in air, off the middle towards the first row and column, with a spot of bone on its left."""
    z, y, x = np.mgrid[:slices, :size, :size].astype(np.float64)
    inside = (x - 18) ** 2 + (y - 16) ** 2 + 4 * (z - slices / 2) ** 2 < 12**2
    bone = (x - 24) ** 2 + (y - 16) ** 2 + 4 * (z - slices / 2) ** 2 < 3**2
    return np.where(bone, 1200, np.where(inside, 40, -1000)).astype(np.int16)


def encapsulated(path: Path, syntax: str) -> None:
    """Rewrite a file in another transfer syntax; GDCM packs what pydicom cannot."""
    made = dcmread(path)
    if syntax == RLELossless:
        made.compress(RLELossless)
        made.save_as(path)
        return
    if syntax == ExplicitVRBigEndian:
        made.PixelData = np.frombuffer(made.PixelData, "<u2").astype(">u2").tobytes()
    if syntax in (ImplicitVRLittleEndian, DeflatedExplicitVRLittleEndian, ExplicitVRBigEndian):
        made.file_meta.TransferSyntaxUID = UID(syntax)
        fresh = Dataset()
        fresh.update(made)
        fresh.file_meta = made.file_meta
        dcmwrite(path, fresh, enforce_file_format=True)
        return
    reader, change, writer = gdcm.ImageReader(), gdcm.ImageChangeTransferSyntax(), gdcm.ImageWriter()
    reader.SetFileName(str(path))
    assert reader.Read()
    change.SetTransferSyntax(gdcm.TransferSyntax(gdcm.TransferSyntax.GetTSType(str(syntax))))
    change.SetInput(reader.GetImage())
    assert change.Change()
    writer.SetFileName(str(path))
    writer.SetFile(reader.GetFile())
    writer.SetImage(change.GetOutput())
    assert writer.Write()


def multi_frame(path: Path, values: NDArray[np.int16], spacing: Sequence[float], with_groups: bool) -> None:
    """Write all slices into one file, with functional groups or as cone beams did before there were any."""
    made = image(values[0])
    made.NumberOfFrames = len(values)
    made.PixelData = (values.astype(np.int32) + 1024).astype("<u2").tobytes()
    measures, orientation = Dataset(), Dataset()
    measures.PixelSpacing, measures.SliceThickness = [spacing[1], spacing[0]], spacing[2]
    orientation.ImageOrientationPatient = list(AXIAL)
    if with_groups:
        made.SharedFunctionalGroupsSequence = [Dataset()]
        made.SharedFunctionalGroupsSequence[0].PixelMeasuresSequence = [measures]
        made.SharedFunctionalGroupsSequence[0].PlaneOrientationSequence = [orientation]
        made.PerFrameFunctionalGroupsSequence = [_place(number * spacing[2]) for number in range(len(values))]
    else:
        made.update(measures)
        made.update(orientation)
        made.ImagePositionPatient = [0.0, 0.0, 0.0]
    made.save_as(path, enforce_file_format=True)


def _place(height: float) -> Dataset:
    group, position = Dataset(), Dataset()
    position.ImagePositionPatient = [0.0, 0.0, height]
    group.PlanePositionSequence = [position]
    return group


def planted(made: Dataset, _: int) -> None:
    """Write a mark of its own into every attribute that may tell who somebody is."""
    for number, word in enumerate(IDENTIFIERS):
        setattr(made, word, f"CANARY{number:02d}")
